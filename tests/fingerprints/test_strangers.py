"""What must never make one device of two: shared routers' addresses, proxies, anycast, equal private networks, replaced boxes.

And what is a part and no device: cards, power units, optics, modems and interfaces have a maker and an outcome of their own.
"""

from __future__ import annotations

import pytest

from fingerprints.assess import assess
from model.claims import Fact
from model.evidence import Observation, observed
from model.report import Component, Finding, Report
from tests.fingerprints.small_pack import pack
from tests.tools.monotone import faults

PACK = pack()
DESK, DESCR = "desk/eth0", "snmp.sys_description"
Said = tuple[str, str, str]


def sighting(
    target: str, *facts: tuple[str, ...], at: str = "01T10:00", vantage: str = DESK
) -> tuple[str, str, str, list[Said]]:
    return vantage, target, at, [(fact if len(fact) == 3 else ("self", *fact)) for fact in facts]  # type: ignore[misc]


def site(*sightings: tuple[str, str, str, list[Said]]) -> Report:
    evidence, told = [], {}
    for number, (vantage, target, at, said) in enumerate(sightings):
        one = observed(
            Observation("t", vantage, target, f"q{number}", "answered", f"2026-11-{at}:{number % 60:02}.000000Z"), b"x"
        )
        evidence.append(one)
        told[one.id] = said
    return assess(
        evidence,
        {"t": lambda group: iter([Fact(one.id, *said) for one in group for said in told[one.id]])},
        PACK,
        "test",
    )


def of(found: Report, address: str) -> list[Finding]:
    return [one for one in found.findings if address in one.addresses]


REAL = [("mac.address", f"00:40:8c:00:00:{number:02x}") for number in range(40)]


@pytest.mark.parametrize(
    "shared",
    [
        ("mac.address", "00:00:5e:00:01:05"),  # VRRP
        ("mac.address", "00:00:0c:07:ac:01"),  # HSRP
        ("virtual.address", "10.0.0.254"),
        ("virtual.mac", "00:00:0c:07:ac:01"),
        ("ip.address", "10.0.0.254"),
    ],
    ids=lambda one: one[0],
)
def test_two_routers_that_share_an_address_stay_two(shared: tuple[str, str]) -> None:
    found = site(
        sighting("10.0.0.2", shared, (DESCR, "Listed box")),
        sighting("10.0.0.3", shared, (DESCR, "Plain switch")),
    )
    assert [(one.outcome, one.maker) for one in (*of(found, "10.0.0.2"), *of(found, "10.0.0.3"))] == [
        ("covered", "listed"),
        ("clear", "plain"),
    ]


def test_who_answers_arp_for_a_whole_network_is_not_all_of_it() -> None:
    hosts = [f"10.0.0.{number}" for number in range(1, 20)]
    sweep = sighting("eth0", *((f"host:{host}", *REAL[0]) for host in hosts))
    found = site(
        sweep, *(sighting(host, (DESCR, "Listed box" if host.endswith("7") else "Plain switch")) for host in hosts)
    )
    assert len([one for one in found.findings if one.addresses]) == len(hosts)
    assert {one.outcome for one in found.findings if not {"10.0.0.7", "10.0.0.17"} & {*one.addresses}} <= {
        "clear",
        "unknown",
    }
    assert [one.kind for one in found.shared_ids] == ["mac"] and "proxy ARP" in found.shared_ids[0].reason


def test_hosts_behind_one_translated_address_are_told_apart_by_vantage_alone_and_disagree_aloud() -> None:
    inside = site(
        sighting("192.0.2.1", (DESCR, "Listed box"), ("ssh.host_key", "SHA256:one")),
        sighting("192.0.2.1", (DESCR, "Plain switch")),
    )
    assert [one.outcome for one in inside.findings] == ["conflict"], "one address, two makers: never clear"


def test_an_anycast_address_is_another_box_from_another_place() -> None:
    found = site(
        sighting("192.0.2.53", (DESCR, "Listed box"), ("ssh.host_key", "SHA256:one"), vantage="east/eth0"),
        sighting("192.0.2.53", (DESCR, "Plain switch"), ("ssh.host_key", "SHA256:two"), vantage="west/eth0"),
    )
    assert sorted(one.outcome for one in found.findings) == ["clear", "covered"]


@pytest.mark.parametrize(("east", "west"), [("east/eth0", "west/eth0"), ("file:east.xml", "file:west.xml")])
def test_two_sites_with_the_same_private_addresses_do_not_mix(east: str, west: str) -> None:
    found = site(
        sighting("192.168.1.10", (DESCR, "Listed box"), vantage=east),
        sighting("192.168.1.10", (DESCR, "Plain switch"), vantage=west),
        sighting("192.168.1.1", ("station:02:aa:bb:cc:dd:ee", "ip.address", "192.168.1.10"), vantage=west),
    )
    assert sorted((one.outcome, one.maker) for one in of(found, "192.168.1.10") if one.origins) == [
        ("clear", "plain"),
        ("covered", "listed"),
    ]


def test_another_box_at_the_same_address_on_another_day_is_a_new_device() -> None:
    before = sighting("10.0.0.9", ("entity.serial", "FOC0001X"), REAL[1], (DESCR, "Listed box"), at="01T10:00")
    after = sighting("10.0.0.9", ("entity.serial", "FOC0002X"), REAL[2], (DESCR, "Plain switch"), at="02T10:00")
    found = of(site(before, after), "10.0.0.9")
    assert sorted((one.serial, one.outcome) for one in found) == [("FOC0001X", "covered"), ("FOC0002X", "clear")]
    same = of(site(before, sighting("10.0.0.9", ("entity.serial", "FOC0001X"), at="02T10:00")), "10.0.0.9")
    assert [one.serial for one in same] == ["FOC0001X"], "its serial number says that it is the same"


def test_a_shared_mac_joins_nobody_and_what_was_said_of_it_is_not_let_go() -> None:
    twins = [sighting(f"10.0.0.{number}", REAL[3], ("ssh.host_key", f"SHA256:key-{number}")) for number in (1, 2)]
    said = sighting("10.0.0.3", ("neighbor:lldp.1", *REAL[3]), ("neighbor:lldp.1", DESCR, "Listed box"))
    found = site(*twins, said)
    assert [one.outcome for one in (*of(found, "10.0.0.1"), *of(found, "10.0.0.2"))] == ["suspect", "suspect"]
    cleared = site(
        *twins, sighting("10.0.0.3", ("neighbor:lldp.1", *REAL[3]), ("neighbor:lldp.1", DESCR, "Plain switch"))
    )
    assert {one.maker for one in (*of(cleared, "10.0.0.1"), *of(cleared, "10.0.0.2"))} == {None}, (
        "it names nobody either"
    )


def parts(*facts: Said, box: str = "Plain switch") -> list[Component]:
    (one,) = site(sighting("10.0.0.1", (DESCR, box), *facts)).findings
    return list(one.components)


@pytest.mark.parametrize("kind", ["module", "powerSupply", "port", "fan", "chassis", "stack", "backplane"])
def test_a_part_has_its_own_maker_and_outcome(kind: str) -> None:
    mixed = [
        ("component:entity.1", "entity.class", kind),
        ("component:entity.1", "entity.mfg_name", "Listed"),
        ("component:entity.1", "entity.serial", "P1234567"),
    ]
    other = [("component:entity.2", "entity.class", kind), ("component:entity.2", "entity.mfg_name", "Somebody")]
    found = parts(*mixed, *other)
    assert [(one.component, one.outcome, one.maker, one.serial, one.kind) for one in found] == [
        ("entity.1", "suspect", "listed", "P1234567", kind),
        ("entity.2", "unknown", None, "", kind),
    ]
    assert [one.outcome for one in parts(*mixed, box="Listed box")] == ["covered"], "its own maker's box"


def test_a_stack_is_one_device_with_its_units_as_parts() -> None:
    units = [(f"component:entity.{unit}", "entity.serial", f"UNIT000{unit}") for unit in (1, 2, 3)]
    found = site(
        sighting(
            "10.0.0.1", ("entity.serial", "UNIT0001"), ("entity.serial", "UNIT0002"), *units, (DESCR, "Plain switch")
        ),
        sighting("10.0.9.1", ("entity.serial", "UNIT0002"), (DESCR, "Plain switch")),
    )
    (one,) = found.findings
    assert {part.serial for part in one.components} == {"UNIT0001", "UNIT0002", "UNIT0003"} and len(one.addresses) == 2


def test_a_modem_and_an_interface_inside_are_parts() -> None:
    modem = parts(
        ("component:modem.1", "entity.mfg_name", "Listed"), ("component:modem.1", "entity.description", "LTE modem")
    )
    assert [(one.component, one.outcome, one.model) for one in modem] == [("modem.1", "suspect", "LTE modem")]
    card = parts(("self", "mac.address", "00:e0:fc:11:22:33"))
    assert [(one.kind, one.outcome, one.maker) for one in card] == [("nic", "suspect", "listed")]


def test_evidence_only_adds_to_what_accuses() -> None:
    """A short round; `make monotone` adds 10,000 pieces."""
    assert [*faults(1, 480, PACK)] == []

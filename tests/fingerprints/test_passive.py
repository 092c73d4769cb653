"""What was only heard: stations by their MACs are devices, their own words are declared, what they tell of others is witnessed."""

from __future__ import annotations

import json

import pytest

from fingerprints.assess import assess
from fingerprints.eui64 import mac_of_address
from model.claims import Fact
from model.evidence import Evidence, Observation, observed
from model.report import Finding, Report
from tests.fingerprints.small_pack import pack

PCAP = "application/vnd.tcpdump.pcap"
AXIS, OTHER, LISTED = "00:40:8c:11:22:33", "00:40:8c:11:22:44", "00:e0:fc:11:22:33"
RANDOM, VRRP = "02:11:22:33:44:55", "00:00:5e:00:01:05"
DESCRIBED = "lldp.sys_description"
Said = tuple[str, str, str]


def page(*facts: Said, vantage: str = "desk/eth0", hour: int = 10) -> Evidence:
    """A page of frames, in which these facts are heard."""
    note = Observation("t", vantage, "", "heard", "answered", f"2026-11-01T{hour}:00:00.000000Z")
    return observed(note, json.dumps(facts).encode(), PCAP)


def asked(target: str, *facts: Said, vantage: str = "desk/eth0", hour: int = 11) -> Evidence:
    """An address that answered."""
    note = Observation("t", vantage, target, "all", "answered", f"2026-11-01T{hour}:00:00.000000Z")
    return observed(note, json.dumps(facts).encode())


def read(found: list[Evidence]) -> list[Fact]:
    return [Fact(one.id, *said) for one in found for said in json.loads(one.body or b"[]")]


def report(*evidence: Evidence) -> Report:
    return assess(evidence, {"t": read}, pack(), "test")  # type: ignore[dict-item]


def bound(address: str, mac: str) -> Said:
    return f"host:{address}", "mac.address", mac


def heard(mac: str) -> Said:
    return f"host:{mac}", "mac.address", mac


def only(*evidence: Evidence) -> Finding:
    (found,) = report(*evidence).findings
    return found


def together(*evidence: Evidence) -> list[tuple[str, ...]]:
    return sorted(one.addresses or one.macs for one in report(*evidence).findings)


# Seen, and by what
def test_a_capture_is_no_device() -> None:
    assert report(page(vantage="file:site.pcap"), page()).findings == ()


def test_a_station_known_by_its_mac_alone_has_no_address() -> None:
    found = only(page(heard(AXIS)))
    assert (found.outcome, found.macs, found.addresses) == ("unknown", (AXIS,), ())


def test_a_station_is_seen_even_where_its_facts_do_not_repeat_its_mac() -> None:
    found = only(page((f"host:{AXIS}", "lldp.sys_name", "cam")))
    assert (found.outcome, found.macs, found.names) == ("unknown", (AXIS,), ("cam",))


def test_what_a_frame_says_of_its_sender_is_declared() -> None:
    found = only(page(heard(OTHER), (f"host:{OTHER}", DESCRIBED, "Listed box 3")))
    assert (found.outcome, found.maker, {why.grade for why in found.why}) == ("covered", "listed", {"declared"})
    clear = only(page((f"host:{OTHER}", DESCRIBED, "Plain switch 3")))
    assert (clear.outcome, clear.maker) == ("clear", "plain")


def test_what_a_table_says_of_a_neighbour_stays_witnessed() -> None:
    told = ("neighbor:lldp.1", "mac.address", OTHER), ("neighbor:lldp.1", DESCRIBED, "Listed box 3")
    found = {one.outcome: one for one in report(asked("10.0.0.1", *told)).findings}
    assert set(found) == {"unknown", "suspect"} and {why.grade for why in found["suspect"].why} == {"witnessed"}


def test_a_mac_block_stays_a_component() -> None:
    found = only(page(bound("10.0.0.5", LISTED)))
    assert (found.outcome, {why.grade for why in found.why}) == ("suspect", {"component"})
    assert only(page(bound("10.0.0.5", AXIS))).outcome == "unknown"


def test_what_a_station_tells_of_another_names_who_told_it() -> None:
    told = (f"host:{AXIS}/neighbor:stp.{OTHER}", "mac.address", OTHER)
    found = {one.macs: one for one in report(page(heard(AXIS), told)).findings}
    root = found[(OTHER,)]
    assert root.outcome == "unseen" and root.witnesses == (found[(AXIS,)].device,)


# Joined, and not joined
def test_frames_and_answers_of_one_station_are_one_device() -> None:
    heard_twice = page(heard(AXIS), bound("10.0.0.5", AXIS), bound("fe80::1", AXIS))
    assert together(heard_twice) == [("10.0.0.5", "fe80::1")]
    assert together(heard_twice, asked("10.0.0.5", ("self", "html_title", "Brand"))) == [("10.0.0.5", "fe80::1")]
    table = asked("10.0.0.1", (f"station:{AXIS}", "attached", '{"port":"3","vlan":"","ssid":""}'))
    found = {one.addresses: one for one in report(heard_twice, table).findings}
    assert found[("10.0.0.5", "fe80::1")].attached[0].port == "3"


def test_a_random_mac_is_one_station_of_one_link() -> None:
    frames = page(heard(RANDOM), bound("10.0.0.5", RANDOM), bound("fe80::1", RANDOM), heard(AXIS))
    assert together(frames) == [(AXIS,), ("10.0.0.5", "fe80::1")]
    assert len(together(frames, page(heard(RANDOM), vantage="desk/eth1"))) == 3, "another link"
    assert len(together(frames, page(heard(RANDOM), hour=20))) == 3, "much later"


def test_a_receiver_that_was_heard_too_is_no_second_device() -> None:
    for mac in (RANDOM, AXIS):
        assert len(together(page(heard(mac), (f"station:{mac}", "mac.address", mac)))) == 1
    unheard = only(page((f"station:{AXIS}", "mac.address", AXIS)))
    assert (unheard.outcome, unheard.macs) == ("unseen", (AXIS,))


def test_routers_that_share_a_virtual_mac_stay_two() -> None:
    assert together(page(bound("10.0.0.2", VRRP), bound("10.0.0.3", VRRP))) == [("10.0.0.2",), ("10.0.0.3",)]


@pytest.mark.parametrize("mac", [AXIS, RANDOM])
def test_who_answers_for_many_addresses_merges_nobody(mac: str) -> None:
    few = report(page(heard(mac), *(bound(f"10.0.0.{n}", mac) for n in range(1, 5))))
    assert len(few.findings) == 1 and not few.shared_ids
    camera = asked("10.0.0.7", ("self", "snmp.sys_description", "Listed box 1"))
    many = report(page(heard(mac), *(bound(f"10.0.0.{n}", mac) for n in range(1, 100))), camera)
    assert len(many.findings) == 100
    assert [one.addresses for one in many.findings if one.outcome == "covered"] == [("10.0.0.7",)]
    assert [(one.kind, one.value) for one in many.shared_ids] == ([("mac", AXIS)] if mac == AXIS else [])


def test_one_site_may_be_captured_twice_and_recorded_besides() -> None:
    first, second = page(heard(AXIS), vantage="file:a.pcap"), page(bound("10.0.0.5", AXIS), vantage="file:b.pcap")
    walk = asked(
        "", ("self", "mac.address", AXIS), ("self", "snmp.sys_description", "Plain switch"), vantage="file:c.walk"
    )
    found = report(first, second, walk)
    assert [one.outcome for one in found.findings] == ["clear"] and not found.shared_ids
    again = asked("", ("self", "mac.address", AXIS), vantage="file:d.walk")
    assert report(first, walk, again).shared_ids, "two recordings are still two devices"


# MACs out of IPv6 addresses
@pytest.mark.parametrize(
    ("address", "mac"),
    [
        ("fe80::240:8cff:fe11:2233", AXIS),
        ("fe80::240:8cff:fe11:2233%eth0", AXIS),
        ("2001:DB8::240:8CFF:FE11:2233", AXIS),
        ("2001:db8::2e0:fcff:fe00:1", "00:e0:fc:00:00:01"),
        ("fe80::40:8cff:fe11:2233", None),
        ("fe80::200:5eff:fe00:105", None),
        ("fe80::250:56ff:fe11:2233", None),
        ("fe80::240:8c11:2233", None),
        ("fe80::ff:fe", None),
        ("ff:fe", None),
        ("10.0.0.1", None),
    ],
)
def test_the_mac_in_an_address(address: str, mac: str | None) -> None:
    assert mac_of_address(address) == mac


def test_an_address_that_was_made_of_a_mac_joins_by_it() -> None:
    six = "fe80::240:8cff:fe11:2233"
    assert together(page((f"host:{six}", "mdns.name", "cam")), page(heard(AXIS))) == [(six,)]
    assert together(asked(six), asked("10.0.0.5", ("self", "mac.address", AXIS))) == [("10.0.0.5", six)]
    listed = only(asked("2001:db8::2e0:fcff:fe11:2233"))
    assert (listed.outcome, listed.macs, {why.grade for why in listed.why}) == ("suspect", (LISTED,), {"component"})


def test_who_answers_for_such_an_address_keeps_its_own_mac() -> None:
    six = "2001:db8::2e0:fcff:fe11:2233"
    proxy = only(page(bound(six, OTHER)))
    assert (proxy.macs, proxy.outcome) == ((OTHER,), "unknown")
    table = asked("10.0.0.1", (f"station:{OTHER}", "ip.address", six))
    assert all(LISTED not in one.macs for one in report(table).findings)


# The MAC closure
@pytest.mark.parametrize("mac", [AXIS, RANDOM])
def test_a_station_that_nothing_names_is_unexplained(mac: str) -> None:
    frames = heard(mac), bound("10.0.0.5", mac), ("host:10.0.0.5", "multicast.group", "239.1.1.1")
    (stray,) = report(page(*frames)).unexplained_macs
    assert (stray.mac, stray.random, stray.addresses) == (mac, mac == RANDOM, ("10.0.0.5",))
    assert not report(page(*frames, ("host:10.0.0.5", "dhcp.host_name", "cam"))).unexplained_macs
    assert not report(page(*frames), asked("10.0.0.5")).unexplained_macs


def test_how_reading_went_is_a_fault_and_no_device() -> None:
    told = report(page(("frame:lldp", "frame.unreadable", "3 an element cut short"), heard(AXIS)))
    assert len(told.findings) == 1
    assert [fault.partition(": ")[2] for fault in told.faults] == ["frame:lldp 3 an element cut short"]


def test_an_enterprise_number_in_dhcp_names_its_registrant() -> None:
    from fingerprints.derive import derived

    told = [Fact("e", "self", "dhcp.enterprise", one) for one in ("2011", "no number", "1" * 40)]
    named = [fact.value for fact in derived(told, pack().registry)]
    assert len(named) == 1 and named[0].startswith("2011 ")

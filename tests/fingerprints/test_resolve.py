"""resolve: what joins sightings into one device, what must not, what is reported as shared; and that order decides nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.gather import rows
from fingerprints.resolve import Device, resolve
from fingerprints.subjects import Place, subjects
from model.claims import Fact
from model.report import SharedId

AXIS, OTHER, RANDOM_MAC, VRRP = "00:40:8c:11:22:33", "00:40:8c:11:22:44", "02:11:22:33:44:55", "00:00:5e:00:01:05"
HSRP, VMWARE = "00:00:0c:07:ac:01", "00:50:56:11:22:33"
SERIAL, MAC, ENGINE, KEY, OID = "entity.serial", "mac.address", "snmp.engine_id", "ssh.host_key", "snmp.sys_object_id"
DESK = "desk/eth0"
Sighting = tuple[str, str, str, list[tuple[str, str, str]]]  # vantage, target, hour, facts (about, key, value)


def at(target: str, *facts: tuple[str, ...], hour: str = "10:00", vantage: str = DESK) -> Sighting:
    """A sighting of a target that answered; a fact of two parts is about the target itself."""
    return vantage, target, hour, [(one if len(one) == 3 else ("self", *one)) for one in facts]  # type: ignore[misc]


def resolved(*sightings: Sighting) -> tuple[list[Device], list[SharedId]]:
    facts, places = [], {}
    for number, (vantage, target, hour, said) in enumerate(sightings):
        evidence = f"sha256:{number:03}"
        day, _, clock = hour.rpartition(" ")
        places[evidence] = Place(vantage, target, f"2026-11-{day or '01'}T{clock}:00.000000Z")
        facts += [Fact(evidence, *one) for one in said]
    return resolve(subjects(sorted(rows(places, facts))))


def grouped(*sightings: Sighting) -> list[list[str]]:
    """Devices as the sorted targets of their sightings; what a table named is in angle brackets."""
    devices, _ = resolved(*sightings)
    return sorted(
        sorted(one.target if one.witness is None else f"<{one.key[-1]}>" for one in device.subjects)
        for device in devices
    )


def shared(*sightings: Sighting) -> set[tuple[str, str]]:
    return {(one.kind, one.value) for one in resolved(*sightings)[1]}


ONE, TWO = "10.0.0.1", "10.0.9.1"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (SERIAL, "FOC1234X0AB"),
        ("sadp.serial", "DS-2CD2042WD20160101AAWR123456789"),
        ("dhip.serial", "3K01A23PAZ12345"),
        (ENGINE, "80001f8880e9bd0c1d12345678"),
        (KEY, "ssh-ed25519 SHA256:abcdef"),
        (MAC, AXIS),
        ("lldp.local_chassis_id", AXIS),
    ],
)
def test_addresses_that_share_a_strong_id_are_one_device(key: str, value: str) -> None:
    assert grouped(at(ONE, (key, value)), at(TWO, (key, value))) == [[ONE, TWO]]


def test_ids_chain() -> None:
    three = at("10.0.0.3", (MAC, AXIS))
    assert grouped(at(ONE, (SERIAL, "FOC1234")), at(TWO, (SERIAL, "FOC1234"), (MAC, AXIS)), three) == [
        [ONE, "10.0.0.3", TWO]
    ]


def test_a_serial_joins_under_whichever_protocol_gave_it() -> None:
    assert grouped(at(ONE, (SERIAL, "DS-123456A")), at(TWO, ("sadp.serial", "DS-123456A"))) == [[ONE, TWO]]


def test_the_mac_in_an_engine_id_joins() -> None:
    assert grouped(at(ONE, (ENGINE, "800001f703" + AXIS.replace(":", ""))), at(TWO, (MAC, AXIS))) == [[ONE, TWO]]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (SERIAL, value)
        for value in (
            *"0000000000 1111111 12345678 0123456789 123456 N/A none <private> Unknown XXXXXXX 1234".split(),
            *("Not Specified", "To be filled by O.E.M.", "Serial Number"),
        )
    ]
    + [
        (MAC, one)
        for one in (RANDOM_MAC, VRRP, HSRP, VMWARE, "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "01:00:5e:00:00:01")
    ]
    + [(ENGINE, one) for one in ("0" * 24, "800007e50101020304", "80001370030000000000000000", "8000000001020304")]
    + [
        ("snmp.sys_name", "switch"),
        ("snmp.sys_description", "Box 1"),
        ("ip.address", "10.0.0.9"),
        ("lldp.local_chassis_id", "sw1"),
    ],
)
def test_what_is_nobodys_own_joins_nothing(key: str, value: str) -> None:
    both = at(ONE, (key, value)), at(TWO, (key, value))
    assert grouped(*both) == [[ONE], [TWO]]
    assert shared(*both) == set()


def test_an_address_joins_one_stay_and_not_two() -> None:
    near = grouped(at(ONE, (OID, "1.3.6.1.4.1.9.1")), at(ONE, (KEY, "k"), hour="13:59"), at(ONE, hour="17:00"))
    assert near == [[ONE]]
    far = [at(ONE, (OID, "1.3.6.1.4.1.9.1")), at(ONE, (KEY, "k"), hour="14:01")]
    assert grouped(*far) == [[ONE], [ONE]]
    strong = [at(ONE, (MAC, AXIS)), at(ONE, (MAC, AXIS), hour="14:01")]
    assert grouped(*strong) == [[ONE, ONE]]


def test_the_same_address_from_two_vantages_is_two_things() -> None:
    assert grouped(at(ONE), at(ONE, vantage="laptop/wlan0")) == [[ONE], [ONE]]


@pytest.mark.parametrize(
    ("facts", "others", "kind"),
    [
        ([(ENGINE, "80001f8880e9bd0c1d12345678"), (SERIAL, "AAA111")], [(SERIAL, "BBB222")], "engine"),
        ([(MAC, AXIS), (SERIAL, "AAA111")], [(SERIAL, "BBB222")], "mac"),
        ([(MAC, AXIS), (KEY, "RSA a")], [(KEY, "RSA b")], "mac"),
        ([(SERIAL, "100001A"), (OID, "1.3.6.1.4.1.9.1.1")], [(OID, "1.3.6.1.4.1.11.2.3")], "serial"),
    ],
)
def test_an_id_in_two_places_that_cannot_be_one_device_is_reported(
    facts: list[tuple[str, str]], others: list[tuple[str, str]], kind: str
) -> None:
    kept = [one for one in facts if one[0] not in {key for key, _ in others}]
    both = at(ONE, *facts), at(TWO, *kept, *others)
    assert grouped(*both) == [[ONE], [TWO]]
    assert {one for one, _ in shared(*both)} == {kind}


def test_a_mac_in_two_recorded_files_is_two_devices() -> None:
    both = at("", (MAC, AXIS), vantage="file:a.snmprec"), at("", (MAC, AXIS), vantage="file:b.snmprec")
    assert grouped(*both) == [[""], [""]] and shared(*both) == {("mac", AXIS)}


def test_two_hosts_of_one_recorded_file_may_be_one_device() -> None:
    both = at(ONE, (MAC, AXIS), vantage="file:a.xml#1"), at(TWO, (MAC, AXIS), vantage="file:a.xml#2")
    assert grouped(*both) == [[ONE, TWO]] and shared(*both) == set()


def test_a_stack_has_several_serials_and_each_unit_one_of_them() -> None:
    stack = at("10.0.0.3", (MAC, AXIS), (SERIAL, "UNIT-1"), (SERIAL, "UNIT-2"))
    units = at(ONE, (MAC, AXIS), (SERIAL, "UNIT-1")), at(TWO, (MAC, AXIS), (SERIAL, "UNIT-2"))
    assert grouped(stack, *units) == [[ONE, "10.0.0.3", TWO]]
    assert len(grouped(*units)) == 2


def test_ids_that_are_sound_alone_and_bridge_two_devices_together_are_shared() -> None:
    """The middle one has no serial: by engine it is the first, by MAC the last, which are two."""
    engine = "80001f8880e9bd0c1d12345678"
    bridge = (
        at(ONE, (SERIAL, "AAA111"), (ENGINE, engine)),
        at("10.0.0.2", (ENGINE, engine), (MAC, AXIS)),
        at(TWO, (SERIAL, "BBB222"), (MAC, AXIS)),
    )
    assert grouped(*bridge) == [[ONE, "10.0.0.2"], [TWO]]
    assert shared(*bridge) == {("mac", AXIS)}


def station(mac: str, *addresses: str) -> list[tuple[str, str, str]]:
    return [
        (f"station:{mac}", "attached", '{"port":"3"}'),
        *((f"station:{mac}", "ip.address", one) for one in addresses),
    ]


def test_a_table_line_belongs_to_the_device_that_has_the_mac() -> None:
    assert grouped(at(ONE, (MAC, AXIS)), at(TWO, *station(AXIS))) == [[ONE, f"<station:{AXIS}>"], [TWO]]


@pytest.mark.parametrize("mac", [RANDOM_MAC, VRRP, HSRP])
def test_a_table_line_of_a_made_up_mac_belongs_to_nobody(mac: str) -> None:
    assert len(grouped(at(ONE, (MAC, mac)), at(TWO, *station(mac)))) == 3


def test_a_neighbour_that_gives_its_mac_is_the_device_that_has_it() -> None:
    told = [("neighbor:lldp.1", MAC, AXIS), ("neighbor:lldp.1", "lldp.sys_name", "cam")]
    assert grouped(at(ONE, (MAC, AXIS)), at(TWO, *told)) == [[ONE, "<neighbor:lldp.1>"], [TWO]]


# Decision 0004: an address that a router's table binds to one MAC joins the host at that address, an address alone never does.
HOST, ROUTER = at("10.0.5.5", ("html_title", "Camera")), "10.0.0.254"
JOINED = ["10.0.5.5", f"<station:{AXIS}>"]


def test_a_bound_address_joins() -> None:
    assert grouped(HOST, at(ROUTER, *station(AXIS, "10.0.5.5"))) == [[ROUTER], JOINED]


@pytest.mark.parametrize(
    "tables",
    [
        [at(ROUTER, *station(AXIS, "10.0.5.5", "10.0.5.6"))],
        [at(ROUTER, *station(AXIS, "10.0.5.5"), *station(OTHER, "10.0.5.5"))],
        [at(ROUTER, *station(AXIS, "10.0.5.5"), vantage="other/eth0")],
        [at(ROUTER, *station(AXIS, "10.0.5.5"), hour="20:00")],
        [at(ROUTER, *station(AXIS, "10.0.5.5"), vantage="file:router.snmprec")],
        [at(ROUTER, ("station:" + AXIS, "attached", '{"port":"3"}'))],
    ],
    ids=["proxy", "two-macs", "other-vantage", "other-stay", "recorded", "no-address"],
)
def test_an_address_that_is_not_bound_joins_nothing(tables: list[Sighting]) -> None:
    assert JOINED not in grouped(HOST, *tables)
    assert all(len(group) == 1 for group in grouped(HOST, *tables))


def test_who_was_at_the_address_in_another_stay_is_not_bound_and_unbinds_nobody() -> None:
    later = at("10.0.5.5", ("html_title", "Another"), hour="20:00")
    assert grouped(HOST, at(ROUTER, *station(AXIS, "10.0.5.5")), later) == [[ROUTER], ["10.0.5.5"], JOINED]


def test_a_host_that_gave_its_own_mac_is_not_bound_to_another() -> None:
    known = at("10.0.5.5", (MAC, OTHER))
    assert [f"<station:{AXIS}>"] in grouped(known, at(ROUTER, *station(AXIS, "10.0.5.5")))


NAME = "snmp.sys_name"


@pytest.mark.parametrize(("key", "value"), [(KEY, "SHA256:from-the-image"), (ENGINE, "80001f8880e9bd0c1d12345678")])
def test_a_key_that_many_stations_have_at_once_came_with_the_firmware(key: str, value: str) -> None:
    many = [at(f"10.0.0.{n}", (key, value), (MAC, f"00:40:8c:11:22:{n:02x}")) for n in range(1, 5)]
    assert grouped(*many) == [[f"10.0.0.{n}"] for n in range(1, 5)] and (
        ("hostkey" if key == KEY else "engine", value)
    ) in shared(*many)
    assert len(grouped(*many[:2])) == 1, "two cards of one machine"
    assert len(grouped(*[at(target, *facts, (MAC, AXIS)) for _, target, _, facts in many])) == 1, (
        "a router tells all its MACs"
    )
    later = [(vantage, target, f"{n + 2:02} 10:00", facts) for n, (vantage, target, _, facts) in enumerate(many)]
    assert len(grouped(*later)) == 1, "a card that was replaced, a month of days long"


def test_a_key_under_two_names_at_once_is_of_two_devices() -> None:
    two = at(ONE, (KEY, "SHA256:cloned"), (NAME, "web-1")), at(TWO, (KEY, "SHA256:cloned"), (NAME, "web-2"))
    assert grouped(*two) == [[ONE], [TWO]]
    assert grouped(two[0], at(TWO, (KEY, "SHA256:cloned"), (NAME, "web-2"), hour="02 10:00")) == [[ONE, TWO]], "renamed"


def test_a_mac_in_a_cloned_engine_id_joins_nothing() -> None:
    engine = (ENGINE, "800001f703" + OTHER.replace(":", ""))
    two = at(ONE, engine, (NAME, "web-1")), at(TWO, engine, (NAME, "web-2"))
    assert grouped(*two) == [[ONE], [TWO]]


def test_what_circumstance_names_is_another_device_the_next_time() -> None:
    def phone(hour: str) -> str:
        table = at(
            "10.0.0.254",
            (f"station:{RANDOM_MAC}", MAC, RANDOM_MAC),
            (f"station:{RANDOM_MAC}", "ip.address", "10.0.0.50"),
            hour=hour,
        )
        (found,) = (
            one
            for one in resolved(at("10.0.0.50", hour=hour), table)[0]
            if "10.0.0.50" in {s.target for s in one.subjects}
        )
        assert len(found.subjects) == 2 and found.ids[0][0] == "address"
        return found.id

    assert phone("10:00") == phone("10:00") != phone("28 10:00")


def neighbour(number: int, address: str, *facts: tuple[str, str]) -> list[tuple[str, str, str]]:
    about = f"neighbor:lldp.{number}"
    return [
        (about, "lldp.mgmt_address", address),
        (about, "lldp.sys_name", "Switch"),
        *((about, *fact) for fact in facts),
    ]


@pytest.mark.parametrize("address", ["192.168.1.1", "0.0.0.0", "127.0.0.1", "fe80::1"])
def test_boxes_fresh_from_the_factory_are_as_many_as_their_macs(address: str) -> None:
    told = [*neighbour(1, address, (MAC, AXIS)), *neighbour(2, address, (MAC, OTHER))]
    assert grouped(at(ROUTER, *told)) == [["10.0.0.254"], ["<neighbor:lldp.1>"], ["<neighbor:lldp.2>"]]
    own = [("ip.address", address), (NAME, "Switch")]
    assert grouped(at(ONE, *own), at(TWO, *own)) == [[ONE], [TWO]], "both tell it, and nobody answers there"


def test_a_name_and_an_address_that_answers_join_whoever_tells_both() -> None:
    reached = at("10.0.0.9", (NAME, "Switch"))
    assert grouped(at(ROUTER, *neighbour(1, "10.0.0.9", (MAC, AXIS))), reached) == [
        ["10.0.0.254"],
        ["10.0.0.9", "<neighbor:lldp.1>"],
    ]
    itself = at(TWO, ("ip.address", "10.0.0.9"), (NAME, "Switch"))
    assert grouped(reached, itself) == [["10.0.0.9", TWO]], "a router at two of its addresses"
    alone = at(TWO, ("ip.address", "10.9.9.9"), (NAME, "Switch"))
    assert grouped(at(ROUTER, *neighbour(1, "10.9.9.9")), alone) == [["10.0.0.254"], [TWO, "<neighbor:lldp.1>"]]
    for everybody in ("127.0.0.1", "fe80::1"):
        assert (
            len(grouped(at(ROUTER, *neighbour(1, everybody)), at(TWO, ("ip.address", everybody), (NAME, "Switch"))))
            == 3
        )


def test_the_strongest_id_names_the_device() -> None:
    one = resolved(at(ONE, (SERIAL, "FOC1234"), (MAC, AXIS)))[0][0]
    assert one.ids[0] == ("serial", "FOC1234")
    again = resolved(at("10.7.7.7", (SERIAL, "FOC1234"), vantage="other/eth1", hour="02 08:00"))[0][0]
    assert one.id == again.id, "a device that moved keeps its name"


VALUES = st.one_of(
    st.tuples(st.just("self"), st.just(MAC), st.sampled_from([AXIS, OTHER, RANDOM_MAC, VRRP])),
    st.tuples(st.just("self"), st.just(SERIAL), st.sampled_from(["AAA111", "BBB222", "CCC333"])),
    st.tuples(
        st.just("self"), st.just(ENGINE), st.sampled_from(["80001f8880e9bd0c1d12345678", "800007e50300408c112233"])
    ),
    st.tuples(st.just("self"), st.just(KEY), st.sampled_from(["RSA a", "RSA bcdef"])),
    st.tuples(st.just(f"station:{AXIS}"), st.just("ip.address"), st.sampled_from([ONE, TWO])),
    st.tuples(st.just("neighbor:lldp.1"), st.just(MAC), st.sampled_from([AXIS, OTHER])),
)
SIGHTINGS = st.lists(
    st.tuples(
        st.sampled_from([DESK, "lap/wlan0", "file:a", "file:b#1"]),
        st.sampled_from([ONE, TWO, "10.0.0.3"]),
        st.sampled_from(["01 10:00", "01 12:00", "01 20:00", "02 09:00"]),
        st.lists(VALUES, max_size=4),
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=300, deadline=None)
@given(sightings=SIGHTINGS, seed=st.integers(0, 9))
def test_order_and_doubles_decide_nothing(sightings: list[Sighting], seed: int) -> None:
    mixed = [*sightings, *sightings[:2]]
    random.Random(seed).shuffle(mixed)
    first, second = resolved(*sightings), resolved(*mixed)
    keys = [
        {device.id: sorted(one.key for one in device.subjects) for device in devices} for devices, _ in (first, second)
    ]
    assert keys[0] == keys[1] and first[1] == second[1]


@settings(max_examples=300, deadline=None)
@given(sightings=SIGHTINGS)
def test_no_device_holds_what_cannot_be_one(sightings: list[Sighting]) -> None:
    devices, found = resolved(*sightings)
    given_once = [one.key for device in devices for one in device.subjects]
    assert len(given_once) == len(set(given_once))
    for device in devices:
        own = [one for one in device.subjects if one.witness is None]
        assert len({one.vantage.split("#")[0] for one in own if one.vantage.startswith("file:")}) <= 1
        assert not set(device.ids) & {(one.kind, one.value) for one in found}
    for one in found:
        assert one.reason

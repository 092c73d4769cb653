"""What switches, routers and controllers know beyond their own ports: each table read about the right thing."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.decode import upnp
from agent.decode.ber import Value, Varbind
from agent.decode.walk import Walk
from agent.imports import snmprec
from agent.mibs import _all, arp, entity, fdb, gpon, juniper, lacp, lldp, mikrotik, optics, redundancy, stp, vlan
from fingerprints.gather import rows
from fingerprints.resolve import resolve
from fingerprints.subjects import Place, subjects
from model import folder
from model.claims import Fact
from tests.agent.reading import EVIDENCE, WHEN, net, said, walk, where

NAMES = "".join(f"1.3.6.1.2.1.31.1.1.1.1.{n}|4|Gi0/{n}\n" for n in (1, 2, 3)) + "1.3.6.1.2.1.31.1.1.1.1.50|4|Po1\n"
MAC, INDEX = "00:00:5e:00:53:27", "0.0.94.0.83.39"


def read(mib: ModuleType | str, text: str) -> set[tuple[str, str, str]]:
    module = folder.module("agent.mibs", mib) if isinstance(mib, str) else mib
    table = walk((NAMES + text).encode())
    return said(module.read(table, table.evidence_of))


def test_the_oldest_neighbour_tables() -> None:
    lines = (
        f"{arp.OLDEST}.1.1.192.0.2.7|4x|00005E005327\n{arp.OLD_IPV6}.2.{'32.1.13.184.' + '0.' * 11}9|4x|00005E005327\n"
    )
    assert read(arp, lines) == {
        (f"station:{MAC}", "ip.address", "192.0.2.7"),
        (f"station:{MAC}", "ip.address", "2001:db8::9"),
        (f"station:{MAC}", "attached", where(port="Gi0/1")),
        (f"station:{MAC}", "attached", where(port="Gi0/2")),
    }


def test_a_zoned_ipv6_neighbour_has_its_address_without_the_zone() -> None:
    index = "1.4.20.32.1.13.184." + "0." * 11 + "9.0.0.0.1"
    assert (f"station:{MAC}", "ip.address", "2001:db8::9") in read(arp, f"{arp.PHYSICAL}.{index}|4x|00005E005327\n")


def test_an_aggregate_has_members_and_a_neighbour_on_both() -> None:
    lines = "".join(f"{lacp.PARTNER}.{n}|4x|00005E005330\n{lacp.AGGREGATE}.{n}|2|50\n" for n in (1, 2))
    lines += f"{lacp.PARTNER}.3|4x|000000000000\n{lacp.AGGREGATE}.3|2|0\n"
    about = "neighbor:lacp.00:00:5e:00:53:30"
    assert read(lacp, lines) == {
        (about, "mac.address", "00:00:5e:00:53:30"),
        *((about, "attached", where(port=port)) for port in ("Gi0/1", "Gi0/2", "Po1")),
        ("self", "lag.members", "Po1: Gi0/1, Gi0/2"),
    }


def test_an_aggregate_without_lacp_is_told_by_the_stack() -> None:
    lines = f"1.3.6.1.2.1.2.2.1.3.50|2|161\n{lacp.STACK}.50.1|2|1\n{lacp.STACK}.50.2|2|1\n{lacp.STACK}.0.50|2|1\n"
    assert read(lacp, lines) == {("self", "lag.members", "Po1: Gi0/1, Gi0/2")}


def test_a_neighbour_on_a_member_is_attached_to_the_whole() -> None:
    at = "0.1.1"
    lines = f"{lacp.AGGREGATE}.1|2|50\n{lldp.V1}.4.1.1.4.{at}|2|4\n{lldp.V1}.4.1.1.5.{at}|4x|00005E005330\n"
    lines += f"{lldp.V1}.3.7.1.2.1|2|5\n{lldp.V1}.3.7.1.3.1|4|Gi0/1\n"
    places = {value for _, key, value in read(lldp, lines) if key == "attached"}
    assert places == {where(port="Gi0/1"), where(port="Po1")}


def test_spanning_tree_names_the_bridge_at_the_other_end() -> None:
    lines = f"{fdb.BASE}|4x|00005E005310\n{fdb.BASE_PORT}.7|2|1\n{fdb.BASE_PORT}.8|2|2\n"
    lines += f"{stp.BRIDGE}.7|4x|800A00005E005330\n{stp.BRIDGE}.8|4x|800A00005E005310\n{stp.BRIDGE}.9|4x|{'0' * 16}\n"
    lines += f"{stp.ROOT}|4x|600A00005E005331\n{stp.ROOT_PORT}|2|7\n"
    assert read(stp, lines) == {
        ("neighbor:stp.00:00:5e:00:53:30", "mac.address", "00:00:5e:00:53:30"),
        ("neighbor:stp.00:00:5e:00:53:30", "attached", where(port="Gi0/1")),
        ("neighbor:stp.00:00:5e:00:53:31", "mac.address", "00:00:5e:00:53:31"),
        ("neighbor:stp.00:00:5e:00:53:31", "attached", where(port="Gi0/1")),
    }


def test_what_routers_share_is_virtual_and_no_address_of_the_box() -> None:
    lines = f"{redundancy.ADDRESS}.1.5|64|192.0.2.254\n{redundancy.HSRP_MAC}.1.5|4x|00000C07AC05\n"
    lines += f"{redundancy.VRRP_MAC}.2.9|4x|00005E000109\n{redundancy.VRRP_ADDRESS}.2.9.192.0.2.253|2|1\n"
    assert read(redundancy, lines) == {
        ("self", "virtual.address", "192.0.2.254"),
        ("self", "virtual.mac", "00:00:0c:07:ac:05"),
        ("self", "virtual.mac", "00:00:5e:00:01:09"),
        ("self", "virtual.address", "192.0.2.253"),
    }


def test_an_optic_of_class_port_in_a_module_slot_knows_its_interface() -> None:
    rows = {
        1: (0, 3, ""),
        20: (1, 9, "OPT1"),
        21: (20, 10, ""),
        30: (1, 10, ""),
        31: (30, 1, "OPT2"),
        40: (1, 10, "OPT3"),
    }
    lines = "".join(
        f"{entity.CONTAINED}.{n}|2|{up}\n{entity.CLASS}.{n}|2|{kind}\n{entity.TABLE}.11.{n}|4|{serial}\n"
        for n, (up, kind, serial) in rows.items()
    )
    for row, port in ((21, 1), (30, 2), (40, 3)):
        lines += f"{entity.ALIAS}.{row}.0|6|{entity.IF_INDEX}{port}\n"
    found = {(about, value) for about, key, value in read(entity, lines) if key == "entity.port"}
    assert found == {
        ("component:entity.20", "Gi0/1"),
        ("component:entity.31", "Gi0/2"),
        ("component:entity.40", "Gi0/3"),
    }


@pytest.mark.parametrize("table", optics.TABLES, ids=lambda table: table.entry.split(".")[6])
def test_makers_optics_are_components_once(table: optics.Table) -> None:
    lines = "".join(f"{column}.2|4|{key.upper()} X1  \n" for column, key in table.keys.items())
    port = "sfp2" if table.port else "Gi0/2"
    lines += f"{table.entry}.{table.port}.2|4|{port}\n" if table.port else ""
    found = read(optics, lines)
    assert {("component:optic.2", key, f"{key.upper()} X1") for key in table.keys.values()} < found
    assert ("component:optic.2", "entity.port", port) in found
    if table.serial:
        assert read(optics, lines + f"{entity.TABLE}.11.9|4|ENTITY.SERIAL X1\n") == set(), "ENTITY-MIB has it already"
    assert read(optics, f"{table.proof}.2|4|N/A\n") == set()


def test_a_junipers_contents_are_parts() -> None:
    lines = "".join(
        f"{column}.7.1.0.0|4|{text}\n"
        for column, text in ((juniper.DESCRIPTION, "FPC: x"), (juniper.SERIAL, "AB1234"), (juniper.PART, "750-1"))
    )
    lines += f"{juniper.SERIAL}.9.1.0.0|4|BUILTIN\n"
    assert read(juniper, lines) == {
        ("component:contents.7.1.0.0", "entity.description", "FPC: x"),
        ("component:contents.7.1.0.0", "entity.serial", "AB1234"),
        ("component:contents.7.1.0.0", "entity.model_name", "750-1"),
    }


RADIOS = {
    "wlan_cisco": ("1.3.6.1.4.1.14179.2.2.1.1", {3: "ap1", 16: "C9120", 17: "SER1"}, "AIRESPACE-WIRELESS-MIB"),
    "wlan_aruba": ("1.3.6.1.4.1.14823.2.2.1.5.2.1.4.1", {3: "ap1", 13: "C9120", 6: "SER1"}, "WLSX-WLAN-MIB"),
    "wlan_huawei": ("1.3.6.1.4.1.2011.6.139.13.3.3.1", {4: "ap1", 3: "C9120", 2: "SER1"}, "HUAWEI-WLAN-AP-MIB"),
    "wlan_ruckus": ("1.3.6.1.4.1.25053.1.2.2.1.1.2.1.1", {2: "ap1", 4: "C9120", 5: "SER1"}, "RUCKUS-ZD-WLAN-MIB"),
}


@pytest.mark.parametrize("name", RADIOS)
def test_a_controller_names_its_access_points(name: str) -> None:
    entry, columns, mib = RADIOS[name]
    lines = "".join(f"{entry}.{column}.{INDEX}|4|{value}\n" for column, value in columns.items())
    about = f"neighbor:ap.{INDEX}"
    assert read(name, lines) == {
        (about, "wlan.ap_table", mib),
        (about, "mac.address", MAC),
        (about, "wlan.ap_name", "ap1"),
        (about, "entity.model_name", "C9120"),
        (about, "entity.serial", "SER1"),
    }
    own = f"1.3.6.1.2.1.2.2.1.6.1|4x|{MAC.replace(':', '')}\n"
    assert read(name, lines + own) == set(), "a cluster lists its own master"


def test_a_client_hangs_on_an_access_point_and_a_network() -> None:
    tree, point = "1.3.6.1.4.1.14179.2", "0.0.94.0.83.48"
    lines = f"{tree}.1.1.1.2.1|4|office\n{tree}.2.1.1.3.{point}|4|ap1\n"
    for column, kind, value in (
        (1, "4x", "00005E005327"),
        (2, "64", "192.0.2.7"),
        (4, "4x", "00005E005330"),
        (7, "4", "office"),
    ):
        lines += f"{tree}.1.4.1.{column}.{INDEX}|{kind}|{value}\n"
    lines += f"{tree}.1.4.1.3.{INDEX}|4|j.doe\n"
    found = read("wlan_cisco", lines)
    assert (f"station:{MAC}", "ip.address", "192.0.2.7") in found
    assert (f"station:{MAC}", "attached", where(port="ap1", ssid="office")) in found
    assert net("office", "ssid", "controller") in found
    assert not any("j.doe" in value for _, _, value in found)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("wlan_80211", "1.2.840.10036.1.1.1.9"),
        ("ubiquiti", "1.3.6.1.4.1.41112.1.6.1.2.1.6"),
        ("mikrotik", "1.3.6.1.4.1.14988.1.1.1.3.1.4"),
        ("wlan_aruba", "1.3.6.1.4.1.14823.2.3.3.1.1.7.1.2"),
        ("wlan_ruckus", "1.3.6.1.4.1.25053.1.2.2.1.1.1.1.1.1"),
    ],
)
def test_networks_of_the_air(name: str, column: str) -> None:
    assert read(name, f"{column}.1|4|guests\n{column}.2|4|guests\n{column}.3|4|\n") == {
        net("guests", "ssid", "controller")
    }


def test_a_mikrotik_tells_its_neighbours() -> None:
    lines = f"{mikrotik.MAC}.8|4x|00005E005330\n{mikrotik.ADDRESS}.8|64|192.0.2.30\n{mikrotik.PORT}.8|2|2\n"
    lines += f"{mikrotik.NEIGHBOUR}.6.8|4|roof\n"
    about = "neighbor:mndp.8"
    assert read(mikrotik, lines) == {
        (about, "mac.address", "00:00:5e:00:53:30"),
        (about, "cdp.address", "192.0.2.30"),
        (about, "cdp.device_id", "roof"),
        (about, "attached", where(port="Gi0/2")),
    }


@pytest.mark.parametrize(
    ("column", "kind", "value", "serial"),
    [
        (gpon.SERIALS[0], "4x", "485754430123ABCD", "HWTC0123ABCD"),
        (gpon.SERIALS[0], "4", "485754430123ABCD", "HWTC0123ABCD"),
        (gpon.SERIALS[1], "4", "ZTEGC0123456", "ZTEGC0123456"),
        (gpon.SERIALS[1], "4", "1,ZTEGC0123456", "ZTEGC0123456"),
    ],
)
def test_a_terminal_tells_its_maker_by_its_serial(column: str, kind: str, value: str, serial: str) -> None:
    about = "neighbor:ont.2.1"
    lines = f"{column}.2.1|{kind}|{value}\n{gpon.EQUIPMENT}.2.1|4|EG8145\n"
    assert read(gpon, lines) == {
        (about, "gpon.serial", serial),
        (about, "gpon.equipment", "EG8145"),
        (about, "attached", where(port="Gi0/2")),
    }


def test_a_terminal_that_tells_its_own_serial_is_the_one_that_its_olt_tells_of() -> None:
    """One device: what it says of itself over UPnP, and the port of the OLT that it hangs on."""
    page = "<root><device><manufacturer>Example</manufacturer><serialNumber>485754430123ABCD</serialNumber></device></root>"
    own = [(fact.about, fact.key, fact.value) for fact in upnp.facts(EVIDENCE, "self", page.encode())]
    told = read(gpon, f"{gpon.SERIALS[0]}.2.1|4x|485754430123ABCD\n{gpon.SERIALS[0]}.2.2|4x|485754430123ABCE\n")
    places, facts = {}, []
    for host, said_so in (("192.0.2.1", told), ("192.0.2.9", own)):
        places[host] = Place("desk/eth0", host, WHEN)
        facts += [Fact(host, *fact) for fact in said_so]
    devices, _ = resolve(subjects(sorted(rows(places, facts))))
    (terminal,) = [one for one in devices if "upnp.manufacturer" in {fact.key for fact in one.own}]
    assert {fact.key for fact in terminal.told} >= {"gpon.serial", "attached"} and len(devices) == 3


@pytest.mark.parametrize("value", [b"", b"password", b"12345678", b"HWTC", b"\0" * 8, b"HWTC0123ABC", 5, None])
def test_what_is_no_serial_of_a_terminal(value: bytes | int | None) -> None:
    assert gpon.serial(value) == ""


def test_vlans_of_makers_and_those_that_nobody_named() -> None:
    names, numbers = vlan.PAIRS[0]
    lines = f"{vlan.HUAWEI}.33|4|dmz\n{names}.2|4|colo\n{numbers}.2|2|77\n{fdb.VLAN_FDB}.0.99|66|3\n{vlan.VTP}.1.1002|4|fddi\n"
    wanted = {net(name, "vlan", "vlan-table") for name in ("33 dmz", "77 colo", "99")}
    assert read(vlan, lines) == wanted


def test_a_table_a_vlan_has_its_own_port_numbers() -> None:
    main = f"{NAMES}{fdb.BASE_PORT}.7|2|2\n{fdb.PLAIN}.{INDEX}|2|7\n".encode()
    inner = walk(f"{fdb.BASE_PORT}.7|2|1\n{fdb.PLAIN}.{INDEX}|2|7\n".encode())
    held = Walk([(EVIDENCE, snmprec.varbinds(main, (b"1.",)))], {"vlan-20": inner})
    assert said(fdb.read(held, held.evidence_of)) == {(f"station:{MAC}", "attached", where(port="Gi0/1", vlan="20"))}


def test_makers_tables_are_asked_for_on_their_own_boxes() -> None:
    for name, module in folder.modules("agent.mibs").items():
        gate = getattr(module, "ENTERPRISES", ())
        for oid in (*module.ROOTS, *module.SCALARS):
            wanted = gate.get(oid, ()) if isinstance(gate, dict) else gate
            if wanted:
                assert _all.fits(oid, wanted[0]), (name, oid)
                assert not _all.fits(oid, 99999) and not _all.fits(oid, None), (name, oid)
            else:
                assert _all.fits(oid, None), (name, oid)


OIDS = sorted({*_all.roots(), *_all.scalars()})
INDEXES = st.one_of(
    st.lists(st.integers(0, 300), max_size=24).map(lambda parts: ".".join(map(str, parts))),
    st.sampled_from(["1", "2.1", "1.5", INDEX, f"2.{INDEX}", "1.1.4.192.0.2.1", "1.4.192.0.2.1.24"]),
)
VALUES = st.one_of(
    st.binary(max_size=40), st.integers(-(2**63), 2**64), st.sampled_from([b"\x00" * 6, b"\x02", "1.3.6", None])
)


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from(OIDS), INDEXES, VALUES), max_size=40),
    inner=st.lists(st.tuples(st.sampled_from(fdb.IN_CONTEXT), INDEXES, VALUES), max_size=8),
)
def test_whatever_a_box_says_is_read(rows: list[tuple[str, str, Value]], inner: list[tuple[str, str, Value]]) -> None:
    """No index, value or context makes a reader fail, and every fact names the page that holds it."""

    def page(held: list[tuple[str, str, Value]]) -> list[Varbind]:
        return [Varbind(f"{oid}.{index}".rstrip("."), "octets", value) for oid, index, value in held]

    table = Walk([("outer", page(rows))], {"vlan-20": Walk([("inner", page(inner))])})
    assert {fact.evidence for fact in _all.facts(table)} <= {"outer", "inner"}

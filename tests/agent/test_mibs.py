"""Each MIB reads what its tables say, about the right thing, and asks for nothing that must not be touched."""

from __future__ import annotations

from types import ModuleType

import pytest

from agent.ask import Snmp, Target
from agent.decode.ber import Varbind, read_pdu, write_pdu
from agent.decode.macs import mac, of_index
from agent.decode.nets import inet, subnet
from agent.decode.secrets import NEVER, SECRET, masked_pdu
from agent.decode.walk import Walk, text
from agent.manners import may
from agent.mibs import _all, arp, cdp, entity, fdb, interfaces, lldp, others, routes, vlan
from model import folder
from tests.agent.reading import ANSWERS, net, said, walk, where

MIBS = folder.modules("agent.mibs")
SWITCH = walk((ANSWERS / "synthetic-switch.snmprec").read_bytes())
CAMERA = walk((ANSWERS / "synthetic-camera.snmprec").read_bytes())


def read(mib: ModuleType, table: Walk = SWITCH) -> set[tuple[str, str, str]]:
    return said(mib.read(table, table.evidence_of))


@pytest.mark.parametrize("name", MIBS)
def test_never_asks_for_what_must_not_be_touched(name: str) -> None:
    for oid in (*MIBS[name].ROOTS, *MIBS[name].SCALARS):
        assert not any((oid + ".").startswith(never + ".") for never in NEVER), oid
        assert not any((never + ".").startswith(oid + ".") for never in NEVER), oid
    for oid in MIBS[name].SCALARS:
        assert oid.endswith(".0"), oid
    target = Target(address="192.0.2.7")
    for root in MIBS[name].ROOTS:
        assert may(Snmp("x", "bulk", (root,)), target, cautious=False) is None


@pytest.mark.parametrize("name", MIBS)
def test_an_empty_walk_says_nothing(name: str) -> None:
    assert read(MIBS[name], Walk([])) == set()


def test_the_chassis_is_self_and_the_optic_a_component() -> None:
    found = read(entity)
    assert ("self", "entity.mfg_name", "Example Networks") in found
    assert ("self", "entity.serial", "ES240001") in found
    assert ("component:entity.5", "entity.mfg_name", "HUAWEI") in found
    assert ("component:entity.5", "entity.class", "port") in found
    assert not any(about == "component:entity.6" for about, _, _ in found), "N/A names nothing"


def test_a_stack_has_several_chassis_and_a_nested_one_is_a_part() -> None:
    rows = {1: (0, 11, "stack"), 2: (1, 3, "A1"), 3: (1, 3, "A2"), 4: (3, 3, "inner")}
    lines = [
        f"{entity.CONTAINED}.{n}|2|{up}\n{entity.CLASS}.{n}|2|{kind}\n{entity.TABLE}.11.{n}|4|{serial}"
        for n, (up, kind, serial) in rows.items()
    ]
    found = {
        (about, value) for about, key, value in read(entity, walk("\n".join(lines).encode())) if key == "entity.serial"
    }
    assert found == {("self", "A1"), ("self", "A2"), ("component:entity.4", "inner"), ("component:entity.1", "stack")}


def test_without_a_chassis_the_root_is_self() -> None:
    lines = f"{entity.CONTAINED}.1|2|0\n{entity.CLASS}.1|2|9\n{entity.TABLE}.12.1|4|Example\n"
    assert ("self", "entity.mfg_name", "Example") in read(entity, walk(lines.encode()))


def test_a_table_without_classes_lends_the_one_model_that_it_names_and_nothing_else() -> None:
    rows = [
        f"{entity.TABLE}.{column}.{row}|4|{text}" for row in (8, 3) for column, text in ((13, "X-9K"), (12, "HUAWEI"))
    ]
    found = read(entity, walk("\n".join(rows).encode()))
    assert [fact for fact in found if fact[0] == "self"] == [("self", "entity.model_name", "X-9K")]
    several = "\n".join([*rows, f"{entity.TABLE}.13.9|4|Y-1"])
    assert not [fact for fact in read(entity, walk(several.encode())) if fact[0] == "self"], "which is the box?"
    classed = "\n".join([*rows, f"{entity.CLASS}.3|2|10"])
    assert not [fact for fact in read(entity, walk(classed.encode())) if fact[0] == "self"], "a port is none"


@pytest.mark.parametrize(
    ("oid", "text"),
    [
        ("231.2.10.2.2.10.2.3.1.5.1", "PRIMERGY X"),
        ("629.200.6.1.1.3.1", "OD-X"),
        ("1347.43.5.1.1.1.1", "P-X"),
        ("2634.1.200.10.1.2.1", "DSM-X"),
        ("2634.3.200.10.1.2.1", "VMR-X"),
        ("8691.15.34.1.1.1.0", "AWK-X"),
        ("10418.16.2.1.2.0", "ACSX"),
        ("12124.2.51.1.4.1", "FX-1U"),
    ],
)
def test_makers_own_objects_name_the_model(oid: str, text: str) -> None:
    assert ("self", "maker.model", text) in read(others, walk(f"1.3.6.1.4.1.{oid}|4|{text}\n".encode()))


def test_rows_that_contain_each_other_end() -> None:
    lines = "\n".join(
        f"{entity.CONTAINED}.{a}|2|{b}\n{entity.CLASS}.{a}|2|9\n{entity.TABLE}.12.{a}|4|X" for a, b in ((1, 2), (2, 1))
    )
    assert {about for about, _, _ in read(entity, walk(lines.encode()))} == {"component:entity.1", "component:entity.2"}


def test_a_vlan_interface_lends_its_address_and_a_tunnel_does_not() -> None:
    assert read(interfaces) == {
        ("self", "mac.address", "00:00:5e:00:53:13"),
        ("self", "mac.address", "00:00:5e:00:53:11"),
        ("self", "mac.address", "00:00:5e:00:53:12"),
    }


def test_arp_names_stations_and_neither_itself_nor_the_invalid() -> None:
    station = "station:00:00:5e:00:53:27"
    assert read(arp) == {
        (station, "ip.address", "192.0.2.7"),
        (station, "ip.address", "2001:db8::7"),
        (station, "attached", where(port="Vlan10")),
    }


def test_a_switch_table_is_joined_to_ports_and_vlans() -> None:
    assert read(fdb) == {
        ("self", "mac.address", "00:00:5e:00:53:10"),
        ("station:00:00:5e:00:53:27", "attached", where(port="Gi0/1", vlan="10")),
        ("station:00:00:5e:00:53:28", "attached", where(port="Gi0/2")),
    }


def test_a_station_on_no_known_port_is_still_in_the_closure() -> None:
    found = read(fdb, walk(b"1.3.6.1.2.1.17.4.3.1.2.0.0.94.0.83.39|2|0\n"))
    assert found == {("station:00:00:5e:00:53:27", "attached", where(port="unknown"))}


def test_networks_that_routes_and_vlans_name() -> None:
    assert read(routes) == {net("198.51.100.0/24", "subnet", "route"), net("2001:db8::/64", "subnet", "route")}
    assert read(vlan) == {net("10 CAMERAS", "vlan", "vlan-table"), net("20", "vlan", "vlan-table")}
    connected = {fact for fact in read(MIBS["addresses"]) if fact[1] == "network"}
    assert connected == {
        net("192.0.2.0/24", "subnet", "interface"),
        net("203.0.113.0/25", "subnet", "interface", interface="Vlan10"),
    }


def test_lldp_neighbours_with_their_inventory() -> None:
    about = "neighbor:lldp.0.2.1"
    assert read(lldp) == {
        ("self", "lldp.local_chassis_id", "00:00:5e:00:53:10"),
        (about, "lldp.chassis_id", "00:00:5e:00:53:30"),
        (about, "mac.address", "00:00:5e:00:53:30"),
        (about, "lldp.port_id", "eth0"),
        (about, "lldp.sys_name", "ap1.example"),
        (about, "lldp.sys_description", "Example Access Point 5"),
        (about, "lldp.mgmt_address", "192.0.2.30"),
        (about, "lldp.serial", "AP50001"),
        (about, "lldp.mfg_name", "Example Wireless"),
        (about, "lldp.model_name", "EAP-5"),
        (about, "attached", where(port="Gi0/2")),
    }


def test_lldp_of_2009_has_a_group_address_in_its_index() -> None:
    table, at = "1.3.111.2.802.1.1.13.1.4.1.1", "7.3.2.9"
    lines = f"{table}.5.{at}|2|4\n{table}.6.{at}|4x|00005E005330\n{table}.10.{at}|4|ap9.example\n"
    lines += f"1.3.111.2.802.1.1.13.1.4.2.1.5.{at}.1.4.192.0.2.39|2|2\n1.3.6.1.2.1.31.1.1.1.1.3|4|Gi0/3\n"
    found = read(lldp, walk(lines.encode()))
    assert ("neighbor:lldp2.7.3.2.9", "lldp.mgmt_address", "192.0.2.39") in found
    assert ("neighbor:lldp2.7.3.2.9", "lldp.sys_name", "ap9.example") in found


def test_cdp_neighbours() -> None:
    about = "neighbor:cdp.1.3"
    assert read(cdp) == {
        (about, "cdp.device_id", "phone3.example"),
        (about, "cdp.platform", "Example Phone 3"),
        (about, "cdp.version", "Example OS 2"),
        (about, "cdp.address", "192.0.2.20"),
        (about, "attached", where(port="Gi0/1")),
    }


def test_a_camera_without_system_group() -> None:
    assert read(MIBS["hikvision"], CAMERA) == {
        ("self", "hikvision.private", "39165"),
        ("self", "hikvision.model", "DS-2CD2185FWD-I"),
        ("self", "hikvision.hardware", "0x0"),
        ("self", "hikvision.firmware", "V5.5.80 build 190131"),
        ("self", "hikvision.manufacturer", "Hikvision"),
        ("self", "hikvision.mac", "00:00:5e:00:53:41"),
        ("self", "mac.address", "00:00:5e:00:53:41"),
    }


MAKERS = {
    "dahua": ("1.3.6.1.4.1.1004849.2.1.2.6.0|4|DH-NVR4108HS-8P-4KS2", "dahua.model", "DH-NVR4108HS-8P-4KS2"),
    "hytera": ("1.3.6.1.4.1.40297.1.2.4.1.0|4|RD985", "hytera.model", "RD985"),
    "zte": ("1.3.6.1.4.1.3902.3.1.6.0|4|V2.8.23", "zte.firmware", "V2.8.23"),
    "huawei": ("1.3.6.1.4.1.2011.6.164.1.1.1.4.0|4|HUAWEI SMU", "huawei.smu_name", "HUAWEI SMU"),
    "ups": ("1.3.6.1.2.1.33.1.1.1.0|4|HUAWEI\0\0", "ups.manufacturer", "HUAWEI"),
    "others": ("1.3.6.1.4.1.2636.3.1.3.0|4|JN000001", "maker.serial", "JN000001"),
}


@pytest.mark.parametrize("name", MAKERS)
def test_makers_objects(name: str) -> None:
    line, key, value = MAKERS[name]
    assert ("self", key, value) in read(MIBS[name], walk(line.encode()))


def test_a_printer_tells_its_model_but_not_a_server_that_prints() -> None:
    lines = "1.3.6.1.2.1.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5\n1.3.6.1.2.1.25.3.2.1.3.1|4|Example LaserWriter\n"
    assert read(MIBS["printer"], walk(lines.encode())) == set()
    lines += "1.3.6.1.2.1.43.5.1.1.17.1|4|PRN0001\n"
    assert read(MIBS["printer"], walk(lines.encode())) == {
        ("self", "printer.model", "Example LaserWriter"),
        ("self", "printer.serial", "PRN0001"),
    }


def test_facts_point_at_the_page_that_holds_them() -> None:
    one, two = "sha256:" + "1" * 64, "sha256:" + "2" * 64
    table = Walk(
        [
            (one, [Varbind("1.3.6.1.2.1.1.1.0", "octets", b"first")]),
            (two, [Varbind("1.3.6.1.2.1.1.5.0", "octets", b"name")]),
        ]
    )
    assert {(fact.key, fact.evidence) for fact in _all.facts(table)} == {
        ("snmp.sys_description", one),
        ("snmp.sys_name", two),
    }


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"HUAWEI  \0\0", "HUAWEI"),
        (b"\0\0", ""),
        ("Bäck".encode("latin-1"), "Bäck"),
        (b"\x01\x02\x03\x04", ""),
        (b"a\x07" + b"b" * 20, "a" + "b" * 20),
    ],
)
def test_text_of_octets(raw: bytes, shown: str) -> None:
    assert text(raw) == shown


@pytest.mark.parametrize(
    "written",
    [
        b"\x00\x00\x5e\x00\x53\x01",
        "0:0:5e:0:53:1",
        "00-00-5E-00-53-01",
        "0000.5e00.5301",
        b"00:00:5E:00:53:01",
        "00005e005301",
    ],
)
def test_macs_in_every_form(written: bytes | str) -> None:
    assert mac(written) == "00:00:5e:00:53:01"


@pytest.mark.parametrize("written", ["", b"", "00:00:5e:00:53", "zz:00:5e:00:53:01", b"1234567", 5, None])
def test_what_is_no_mac(written: bytes | str | int | None) -> None:
    assert mac(written) == ""


def test_indexes() -> None:
    assert of_index("3.0.0.94.0.83.39") == "00:00:5e:00:53:27"
    assert of_index("3.0.0.94.0.83.256") == ""
    assert inet("1.4.192.0.2.1.24") == ("192.0.2.1", "24")
    assert inet("1.192.0.2.1") == ("192.0.2.1", "")
    assert inet("9.4.192.0.2.1") == ("", "")
    assert inet("3.8.192.0.2.1.0.0.0.5") == ("192.0.2.1", "")


@pytest.mark.parametrize("mask", ["0.0.0.0", "255.255.255.255", "255.0.255.0", "", "33"])
def test_what_is_no_site_network(mask: str) -> None:
    assert subnet("192.0.2.1", mask) == ""


@pytest.mark.parametrize("prefix", SECRET)
def test_a_table_that_runs_over_into_secrets_is_masked(prefix: str) -> None:
    binds = [Varbind("1.3.6.1.2.1.1.5.0", "octets", b"kept"), Varbind(f"{prefix}.1", "octets", b"topsecret")]
    masked = masked_pdu(write_pdu("response", 7, binds))
    assert b"topsecret" not in masked and b"kept" in masked
    assert read_pdu(masked).varbinds[1].value == b"*********"


def test_what_holds_no_secret_is_untouched() -> None:
    body = write_pdu("response", 7, [Varbind("1.3.6.1.2.1.1.5.0", "octets", b"kept")])
    assert masked_pdu(body) is body
    assert masked_pdu(b"junk") == b"junk"

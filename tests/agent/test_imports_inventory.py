"""Inventories and tables of devices: opinions, never first hand; each row a thing of its own; the mapping is evidence."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from agent.ask import Source
from agent.imports import _csv, csv, glpi, netbox, runzero
from agent.results import pack_at
from fingerprints.finding import finding
from fingerprints.gather import rows as gathered
from fingerprints.pack import Pack
from fingerprints.resolve import resolve
from fingerprints.subjects import place, subjects
from model.evidence import Evidence
from model.report import Finding
from model.trouble import Trouble
from tests.agent.cli import run
from tests.agent.reading import ANSWERS, WHEN, said, source, written
from tests.agent.test_imports import IMPORTS, dialogues, taken

OUI = "00:00:5e:00:53:"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_at(None)


def judged(kind: ModuleType, good: list[Evidence], pack: Pack) -> list[Finding]:
    facts = [fact for group in dialogues(good) for fact in kind.read(group)]
    devices, _ = resolve(subjects(sorted(gathered({one.id: place(one.observation) for one in good}, facts))))
    known = {subject.key: device.id for device in devices for subject in device.subjects}
    return [finding(device, pack, known) for device in devices]


def mapped(name: str, **columns: str) -> Source:
    return Source(name, (ANSWERS / name).read_bytes(), WHEN, tuple(columns.items()))


def test_an_inventorys_word_is_a_witness(pack: Pack) -> None:
    good, bad = taken(csv, source("synthetic-devices.csv"))
    assert bad == ["line 6: 2 cells under 8 columns"]
    found = {one.origins[0].partition("#")[2]: one for one in judged(csv, good, pack)}
    assert {name: (one.outcome, one.maker) for name, one in found.items()} == {
        "gate-cam": ("suspect", "hikvision"),
        "core": ("unseen", "cisco"),
        "lamp": ("unseen", None),
        "gate-cam (5)": ("unseen", "axis"),
    }
    assert found["core"].macs == (f"{OUI}a2",) and found["core"].model == "EX-2960"
    assert found["core"].serial == "EX0000002" and found["core"].names == ("core",)


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_tables_as_spreadsheets_write_them(code: str, sign: str) -> None:
    text = (ANSWERS / "synthetic-devices.csv").read_text("utf-8").replace("Systems, Inc.", "Systems").replace(";", sign)
    data = text.replace("\n", "\r\n").encode(code)
    assert csv.sniff("x", data[:4096])
    good, bad = taken(csv, written(data))
    assert len(bad) == 1 and len(good) == 4
    assert ("neighbor:inventory", "mac.address", f"{OUI}a1") in said(csv.read(good[:1]))


def test_columns_named_by_the_user_go_before_guesses_and_stay_in_the_evidence() -> None:
    good, _ = taken(csv, mapped("synthetic-devices.csv", manufacturer="Hostname", model="vendor"))
    assert said(csv.read(good[:1])) == {
        ("neighbor:inventory", "inventory.manufacturer", "gate-cam"),
        ("neighbor:inventory", "inventory.model", "Hikvision"),
    }


def test_a_column_that_is_not_there_is_one_line_with_those_that_are() -> None:
    with pytest.raises(Trouble) as trouble:
        list(csv.take(mapped("synthetic-devices.csv", mac="Ethernet")))
    assert "has no column 'Ethernet'; its columns: 'Hostname', 'IP Address', 'MAC Address'" in str(trouble.value)


def test_headers_that_say_nothing_need_a_mapping() -> None:
    with pytest.raises(Trouble, match="no header says what it is"):
        list(csv.take(written(b"colour,size\nred,1\n")))
    assert not csv.sniff("x", b"colour,size\nred,1\n")


def test_netbox_gives_devices_and_their_interfaces() -> None:
    good, bad = taken(netbox, source("synthetic-netbox.json"))
    assert len(bad) == 1
    assert {one.observation.vantage for one in good} == {"file:synthetic-netbox.json#edge-1"}, (
        "an interface is its device's"
    )
    facts = {fact for group in dialogues(good) for fact in said(netbox.read(group))}
    assert ("neighbor:inventory", "inventory.manufacturer", "Huawei") in facts
    assert ("neighbor:inventory", "mac.address", f"{OUI}b1") in facts


def test_netbox_as_csv() -> None:
    text = b"name,status,site,role,manufacturer,device_type,serial,primary_ip4\n"
    text += b"edge-1,active,hq,switch,Huawei,S-EXAMPLE,EX0000011,192.0.2.111/24\n"
    assert [name for name in IMPORTS if IMPORTS[name].sniff("x.csv", text)] == ["netbox"]
    good, bad = taken(netbox, written(text))
    assert not bad and said(netbox.read(good)) == {
        ("neighbor:inventory", "ip.address", "192.0.2.111"),
        ("neighbor:inventory", "inventory.manufacturer", "Huawei"),
        ("neighbor:inventory", "inventory.model", "S-EXAMPLE"),
        ("neighbor:inventory", "inventory.serial", "EX0000011"),
        ("neighbor:inventory", "inventory.name", "edge-1"),
    }


def test_runzero_as_lines_as_a_list_and_as_csv(pack: Pack) -> None:
    good, bad = taken(runzero, source("synthetic-runzero.jsonl"))
    assert bad == ["line 3: not JSON"] and len(good) == 2
    assert {(one.outcome, one.maker) for one in judged(runzero, good, pack)} == {("suspect", "dahua"), ("unseen", None)}
    lines = (ANSWERS / "synthetic-runzero.jsonl").read_bytes().split(b"\n")
    good, bad = taken(runzero, written(b"[" + b",".join(lines[:2]) + b"]"))
    assert not bad and len(good) == 2
    table = b"id,type,os,hw,addresses,macs,names\nx1,camera,Linux,Dahua EX-IPC,192.0.2.121 2001:db8::1,00:00:5e:00:53:c1,DOOR\n"
    assert [name for name in IMPORTS if IMPORTS[name].sniff("x.csv", table)] == ["runzero"]
    facts = said(runzero.read(taken(runzero, written(table))[0]))
    assert {value for _, key, value in facts if key == "ip.address"} == {"192.0.2.121", "2001:db8::1"}


def test_what_agents_write_as_json_and_as_xml(pack: Pack) -> None:
    good, bad = taken(glpi, source("synthetic-glpi.json"))
    assert not bad and [(one.outcome, one.maker) for one in judged(glpi, good, pack)] == [("suspect", "zte")]
    good, bad = taken(glpi, source("synthetic-ocs.xml"))
    facts = said(glpi.read(good))
    assert not bad and ("neighbor:inventory", "inventory.serial", "EX0000041") in facts
    assert ("neighbor:inventory", "mac.address", f"{OUI}e1") in facts
    assert not any(value == f"{OUI}e2" for _, _, value in facts), "a virtual card is nobody's"


def test_network_devices_that_an_agent_asked() -> None:
    text = b"<REQUEST><CONTENT><DEVICE><INFO><MANUFACTURER>Huawei</MANUFACTURER><NAME>edge</NAME><MAC>00:00:5e:00:53:f1</MAC>"
    text += b"<IPS><IP>192.0.2.151</IP></IPS></INFO></DEVICE></CONTENT><DEVICEID>a</DEVICEID></REQUEST>"
    assert glpi.sniff("x", text)
    good, bad = taken(glpi, written(text))
    assert not bad and ("neighbor:inventory", "ip.address", "192.0.2.151") in said(glpi.read(good))


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><REQUEST><CONTENT>&a;</CONTENT></REQUEST>',
        b"<REQUEST><CONTENT>",
        b'{"deviceid": "x", "content": 5}',
        b'{"deviceid": "x", "content": {"network_device": [[[[]]]], "networks": [1, null]}}',
        b"[" * 5000,
    ],
)
def test_hostile_inventories_are_one_clear_error_or_empty(hostile: bytes) -> None:
    for kind in (glpi, netbox, runzero):
        try:
            good = [one for one in kind.take(written(hostile)) if one.observation.status == "noted"]
        except Trouble as trouble:
            assert "\n" not in str(trouble)
            continue
        assert not any(list(kind.read([one])) for one in good)


def test_no_file_here_is_claimed_twice() -> None:
    for path in sorted(ANSWERS.iterdir()):
        if path.is_file():
            head = path.read_bytes()[:4096]
            for name in (path.name, "unnamed", "sw1_show_arp.txt", "cisco_ios_show_version.csv"):
                claims = [kind for kind in IMPORTS if IMPORTS[kind].sniff(name, head)]
                assert len(claims) <= 1, f"{path.name} as {name}: {claims}"


def test_our_own_findings_are_no_inventory() -> None:
    assert not csv.sniff("x", b"device,outcome,maker,model,serial,addresses,macs\n")
    assert _csv.header(b"one cell\n") == ()


def test_the_command_maps_columns_and_judges_again_without_the_option(tmp_path: Path) -> None:
    table = tmp_path / "cameras.csv"
    table.write_text("Kennung;Werk\n00-00-5E-00-53-A1;Hikvision\n", "utf-8")
    first = run("import", str(table), "-o", str(tmp_path / "one"), "--map", "mac=Kennung", "--map", "manufacturer=werk")
    assert first.code == 0, first.err
    again = run("assess", str(tmp_path / "one"), "-o", str(tmp_path / "two"))
    assert again.code == 0, again.err
    assert (tmp_path / "one" / "report.json").read_bytes() == (tmp_path / "two" / "report.json").read_bytes()
    assert b'"maker":"hikvision"' in (tmp_path / "one" / "report.json").read_bytes().replace(b": ", b":")


@pytest.mark.parametrize(
    ("words", "said_so"),
    [
        (["--map", "mac"], "--map mac: not FIELD=COLUMN"),
        (["--map", "colour=X"], "fields: mac, address"),
        (["--map", "mac=X", "--kind", "show"], "has no columns to name"),
        (["--map", "mac=Ethernet"], "has no column 'Ethernet'; its columns: 'a', 'b'"),
    ],
)
def test_a_wrong_mapping_is_one_line(tmp_path: Path, words: list[str], said_so: str) -> None:
    table = tmp_path / "cameras.csv"
    table.write_text("a;b\n1;2\n", "utf-8")
    done = run("import", str(table), "-o", str(tmp_path / "out"), *words)
    assert done.code in (2, 4) and any(said_so in line for line in done.err)


HEADS = {
    "Hersteller;Modell;Seriennummer;MAC-Adresse;IP-Adresse": ("utf-8", "cp1252"),
    "Fabricant;Modèle;Numéro de série;Adresse MAC;Adresse IP": ("utf-8-sig", "cp1252"),
    "Fabricante;Modelo;Número de serie;Dirección MAC;Dirección IP": ("utf-8", "cp1252"),
    "Fabricante;Modelo;Nº de série;Endereço MAC;Endereço IP": ("utf-16", "cp1252"),
    "厂商;型号;序列号;MAC地址;IP地址": ("utf-8", "gb18030"),
}


@pytest.mark.parametrize(("head", "code"), [(head, code) for head, codes in HEADS.items() for code in codes])
def test_headers_in_other_languages_and_codes(head: str, code: str) -> None:
    table = f"{head}\r\nÉtoile;EX-1;AB1;00-00-5E-00-53-41;192.0.2.41\r\n"
    if code == "gb18030":
        table = table.replace("Étoile", "海康")
    data = table.encode(code)
    assert csv.sniff("x.csv", data)
    good, bad = taken(csv, written(data, "x.csv"))
    assert not bad
    found = {key: value for _, key, value in said(csv.read(good))}
    assert found.pop("inventory.manufacturer") in ("Étoile", "海康")
    assert found == {
        "inventory.model": "EX-1",
        "inventory.serial": "AB1",
        "mac.address": f"{OUI}41",
        "ip.address": "192.0.2.41",
    }


@pytest.mark.parametrize(
    "before",
    ["Inventory of 2026-05-01\n\n", "Inventory,,,\n,,,\n", '"Site A, hall 2"\n', "# made by a tool, v2\n", "sep=,\n"],
)
def test_what_stands_before_the_header_is_passed_over(before: str) -> None:
    data = f"{before}Vendor,Model,MAC Address\nExample,EX-1,00-00-5E-00-53-41,\nExample,EX-2\n".encode()
    assert csv.sniff("x.csv", data)
    good, bad = taken(csv, written(data, "x.csv"))
    assert ("neighbor:inventory", "mac.address", f"{OUI}41") in said(csv.read(good))
    assert len(bad) == 1 and bad[0].endswith("2 cells under 3 columns")


@pytest.mark.parametrize(
    ("head", "attached"), [("IP,MAC,Port", False), ("IP,MAC,VLAN,Port", True), ("IP,MAC,Switch Port", True)]
)
def test_the_port_that_a_camera_listens_on_is_no_switchs(head: str, attached: bool) -> None:
    row = "192.0.2.41,00-00-5E-00-53-41," + ("10,8" if "VLAN" in head else "8000")
    good, _ = taken(csv, written(f"{head}\n{row}\n".encode(), "x.csv"))
    assert any(key == "attached" for _, key, _ in said(csv.read(good))) is attached


@pytest.mark.parametrize(
    ("name", "data", "remedy"),
    [
        ("x.xlsx", b"PK\x03\x04\x14\x00", "as CSV"),
        ("x.pcap.gz", b"\x1f\x8b\x08\x00", "gunzip"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "as CSV"),
    ],
)
def test_a_file_in_a_wrapper_says_how_to_unwrap_it(tmp_path: Path, name: str, data: bytes, remedy: str) -> None:
    (tmp_path / name).write_bytes(data)
    done = run("import", tmp_path / name, "-o", tmp_path / "out")
    assert done.code == 4 and any("is of no kind" in line and remedy in line for line in done.err)


@pytest.mark.parametrize(
    ("name", "maker"),
    [("海康威视", "hikvision"), ("浙江大华", "dahua"), ("华为", "huawei"), ("中兴通讯", "zte"), ("海能达", "hytera")],
)
def test_a_listed_maker_is_known_by_its_name_in_chinese(name: str, maker: str, pack: Pack) -> None:
    data = f"品牌,型号,IP地址\n{name},EX-1,192.0.2.41\n".encode("gb18030")
    (found,) = judged(csv, taken(csv, written(data, "x.csv"))[0], pack)
    assert (found.outcome, found.maker) == ("suspect", maker)


def test_netbox_since_macs_are_objects_of_their_own() -> None:
    """Version 4.2 moved them: an interface lists them, and each is assigned to one."""
    device = '"device": {"id": 1, "name": "edge-1"}'
    text = f"""{{"results": [
        {{"id": 7, "url": "https://netbox.example/api/dcim/interfaces/7/", {device}, "name": "eth0", "type": {{"value": "1000base-t"}},
          "mac_address": null, "mac_addresses": [{{"id": 3, "display": "00:00:5E:00:53:B1", "mac_address": "00:00:5E:00:53:B1"}}]}},
        {{"id": 4, "url": "https://netbox.example/api/dcim/mac-addresses/4/", "mac_address": "00:00:5E:00:53:B2",
          "assigned_object_type": "dcim.interface", "assigned_object": {{"id": 8, "name": "eth1", {device}}}}}]}}"""
    data = text.encode()
    assert netbox.sniff("x.json", data)
    good, bad = taken(netbox, written(data, "x.json"))
    assert not bad and {one.observation.vantage for one in good} == {"file:x.json#edge-1"}
    assert said(netbox.read(good)) == {
        ("neighbor:inventory", "inventory.name", "edge-1"),
        ("neighbor:inventory", "mac.address", f"{OUI}b1"),
        ("neighbor:inventory", "mac.address", f"{OUI}b2"),
    }

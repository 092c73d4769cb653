"""The terminal logs and leases tell what the site's tables tell, in forms that ntc-templates reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab import reading, strip
from lab.snmp import ber
from lab.speech.snmp import view
from lab.texts import leases
from lab.texts.write import log, write
from lab.topology import mac_bytes
from tests.lab import stage

SITE = reading.site()
CONSOLES = [device for device in SITE.devices if device.console]
PLATFORM = {device.name: device.console for device in CONSOLES}
# Commands that ntc-templates has no form for: told apart from a form that broke
NO_TEMPLATE = {("hp_comware", "display version")}
Rows = list[dict[str, Any]]


def printed(name: str) -> Iterator[tuple[str, str]]:
    """Each command of a device's log and what it printed."""
    device = SITE.device(name)
    text = log(SITE, device)
    prompt = text.rstrip("\n").rpartition("\n")[2].removesuffix("quit")
    for part in text.split(prompt)[1:-1]:
        command, _, rest = part.partition("\n")
        yield command, rest


def read(name: str, command: str) -> Rows:
    """What ntc-templates, which stops at a line that it does not know, makes of it."""
    parse = pytest.importorskip("ntc_templates.parse")
    told = dict(printed(name))[command]
    asked = command.removeprefix("/")
    rows: Rows = parse.parse_output(platform=PLATFORM[name], command=asked, data=told)
    return rows


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (device.name, said)
        for device in CONSOLES
        for said, _ in printed(device.name)
        if (PLATFORM[device.name], said) not in NO_TEMPLATE
    ],
)
def test_every_command_is_read_by_its_makers_template(name: str, command: str) -> None:
    assert read(name, command)


def test_every_maker_of_switches_and_routers_here_has_a_log() -> None:
    assert set(PLATFORM.values()) == {
        "cisco_ios", "huawei_vrp", "zte_zxros", "hp_comware", "juniper_junos", "mikrotik_routeros",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("core-switch", "show mac address-table"),
        ("switch-huawei", "display mac-address"),
        ("switch-h3c", "display mac-address"),
    ],
)
def test_the_mac_table_is_the_one_that_snmp_shows(name: str, command: str) -> None:
    told = {re.sub("[.-]", "", row.get("destination_address") or row["mac_address"]) for row in read(name, command)}
    ports = ber.arcs("1.3.6.1.2.1.17.4.3.1.2")
    assert told == {bytes(oid[-6:]).hex() for oid, _ in view(SITE, SITE.device(name)) if oid[: len(ports)] == ports}


def test_the_core_knows_the_addresses_that_snmp_shows() -> None:
    told = {row["ip_address"] for row in read("core-switch", "show ip arp")}
    cache = ber.arcs("1.3.6.1.2.1.4.22.1.2")
    shown = [oid[-4:] for oid, _ in view(SITE, SITE.device("core-switch")) if oid[: len(cache)] == cache]
    assert told == {".".join(map(str, octets)) for octets in shown}
    assert {"10.77.2.10", "10.77.3.5"} <= told
    six = {row["address"]: row["mac_address"] for row in read("core-switch", "show ipv6 neighbors")}
    camera = SITE.device("camera-hikvision-v6")
    assert six[SITE.addresses6(camera.legs[0])[0]].replace(".", "") == mac_bytes(camera.mac).hex()


def test_models_and_serials_are_the_devices_own() -> None:
    [core] = read("core-switch", "show version")
    assert (
        core["hardware"] == ["C9300-48UXM"] and core["serial"] == ["FCW2LAB0C01"] and core["hostname"] == "core-switch"
    )
    assert {row["sn"] for row in read("core-switch", "show inventory")} >= {"LAB2048H0001"}
    [huawei] = read("switch-huawei", "display version")
    assert huawei["model"] == "S5720-28X-PWR-SI-AC" and huawei["vrp_version"] == "5.170"
    [h3c] = read("switch-h3c", "display device manuinfo")
    assert h3c["vendor_name"] == "H3C" and h3c["device_serial_number"] == "210235LABH3C0001"
    assert read("switch-zte", "show version")[0]["version"] == "V4.8.23A"
    assert read("firewall-juniper", "show version")[0]["model"] == "srx300"
    assert read("edge-router", "/system routerboard print")[0]["hardware_model"] == "CCR2004-16G-2S+"


def test_neighbours_are_told_with_their_inventory() -> None:
    near = {row["neighbor_name"]: row for row in read("core-switch", "show lldp neighbors detail")}
    assert near["phone-40"]["platform"] == "VVX 411" and near["phone-40"]["local_interface"] == "Te1/0/40"
    assert {"branch-router", "floor-switch-2", "security-switch"} <= set(near)
    huawei = {row["neighbor_name"]: row for row in read("switch-huawei", "display lldp neighbor")}
    assert huawei["phone-41"]["manufacturer"] == "Yealink" and "core-switch" in huawei


def test_the_carriers_box_stands_in_the_edge_routers_arp() -> None:
    rows = read("edge-router", "/ip arp print terse without-paging")
    assert [row["mac_address"] for row in rows if row["address"] == "198.51.100.1"] == ["00:66:4B:70:06:01"]


def test_leases_are_those_that_the_wire_gives(tmp_path: Path) -> None:
    made = {path.name: path.read_text() for path in write(SITE, tmp_path)}
    office, security = made["dnsmasq-office.leases"], made["dhcpd-security.leases"]
    assert re.search(r"^\d{10} 80:5e:c0:2a:19:41 10\.77\.1\.41 SIP-T46S 01:80:5e:c0:2a:19:41$", office, re.M)
    assert "lease 10.77.2.10 {" in security and "hardware ethernet 44:19:b6:20:0c:11;" in security
    clients = leases.clients(SITE)
    assert len(clients) >= 8
    assert all(client.mac in office + security for client in clients)


def test_texts_alone_need_no_site(tmp_path: Path) -> None:
    import subprocess

    line = stage.words("auto", "--texts", str(tmp_path / "texts"))
    ended = subprocess.run(line, cwd=stage.ROOT, capture_output=True, text=True, timeout=30, env=stage.ENVIRONMENT)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert {path.stem for path in (tmp_path / "texts").glob("*.log")} == set(PLATFORM)


def test_an_anonymous_sites_texts_name_nobody(tmp_path: Path) -> None:
    words = sorted({word for device in SITE.devices for word in device.words})
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    for path in write(strip.anonymous(SITE), tmp_path):
        assert not pattern.search(path.read_text()), path.name

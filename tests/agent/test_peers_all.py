"""A link of real programs (snmpd, lldpd, avahi, samba, dnsmasq, nginx, sshd, nmap): scanned, and judged from files."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from agent.spool import read
from lab.net.capture import frames
from model.report import Finding, Report
from tests.agent import peers
from tests.agent.netns import Bench
from tests.conftest import ROOT
from tests.manners.desk import once

pytestmark = [
    pytest.mark.needs(
        "root",
        "ip",
        "tcpdump",
        "snmpd",
        "lldpd",
        "lldpcli",
        "sshd",
        "ssh-keygen",
        "nginx",
        "openssl",
        "nmap",
        "avahi-daemon",
        "smbd",
        "nmbd",
        "dnsmasq",
        "dhclient",
        "unshare",
    ),
    pytest.mark.namespaces,
]
NET = "10.9.6.0/27"
PROFILE = "normal"
LAPTOP = "3c:ec:ef:12:34:56"  # no made-up MAC: those join nothing across files
LLDP, CDP = "01:80:c2:00:00:0e", "01:00:0c:cc:cc:cc"
LEAST = 1024  # bytes of a real capture
CREDENTIAL = """
[[credential]]
name = "v2c"
kind = "snmp"
version = "2c"
scopes = ["10.9.6.2"]
community_file = "community"
[[credential]]
name = "v3"
kind = "snmp"
version = "3"
scopes = ["10.9.6.3"]
user = "bench"
auth = "sha256"
auth_file = "auth"
priv = "aes256"
priv_file = "priv"
"""


class Seen(NamedTuple):
    """The report of the scan, the report of files alone, and the evidence of both."""

    scanned: Report
    imported: Report
    asked: set[tuple[str, str]]
    told: str
    macs: dict[str, str]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, command: peers.Find) -> Seen:
    return once(tmp_path_factory, "all", lambda folder: _all(folder, command))


def _all(folder: Path, find: peers.Find) -> Seen:
    net = Bench(folder)
    try:
        return _seen(net, find)
    finally:
        net.close()


def _seen(net: Bench, find: Callable[[str], str]) -> Seen:
    macs, switch = _site(net, find)
    capture = net.folder / "link.pcap"
    words = [find("tcpdump"), "-i", "pdesk", "-w", str(capture), "-U", "-s", "0", "-n", "--immediate-mode"]
    ear = net.start("switch", *words, stderr=subprocess.PIPE)
    assert ear.stderr is not None
    ear.stderr.readline()
    leases = peers.dnsmasq(net, find, "dhcp", "10.9.6.16", "10.9.6.24")
    peers.dhclient(net, find, "laptop", "bench-laptop")
    config = net.folder / "agent.toml"
    config.write_text(CREDENTIAL)
    scan = _laydown(
        net, "scan", NET, "-o", "scan", "--authorized-by", "R. Roe", "--profile", PROFILE, "--config", str(config)
    )
    assert (net.folder / "scan" / "report.json").exists(), scan
    net.run(
        "desk",
        find("nmap"),
        "-sT",
        "-sV",
        "-n",
        "-Pn",
        "-p",
        "22,80",
        "-oX",
        str(net.folder / "web.xml"),
        "10.9.6.4",
        wait=90,
    )
    peers.wait_for(lambda: _spoken(find, switch, capture), "what lldpd says", pause=0.5)
    ear.send_signal(signal.SIGINT)
    ear.wait(10)
    assert capture.stat().st_size > LEAST
    lease_file = net.folder / "dnsmasq.leases"
    shutil.copy(leases, lease_file)
    told = _laydown(net, "import", str(capture), str(lease_file), str(net.folder / "web.xml"), "-o", "files")
    asked = {(one.observation.probe, one.observation.target) for one in read(net.folder / "scan") if one.body}
    return Seen(_report(net, "scan"), _report(net, "files"), asked, told, macs)


def _spoken(find: peers.Find, switch: Path, capture: Path) -> bool:
    """Whether the capture holds LLDP and CDP of the switch, which is made to speak where it does not yet."""
    to = {frame[:6].hex(":") for frame in frames(capture) if b"bench-sw" in frame}
    if {LLDP, CDP} <= to:
        return True
    peers.speak(find, switch)
    return False


def _site(net: Bench, find: Callable[[str], str]) -> tuple[dict[str, str], Path]:
    """Every station's MAC, and the control socket of the switch's lldpd."""
    net.ip("switch", "link", "set", "br0", "type", "bridge", "group_fwd_mask", "16384")
    names = ("desk", "sw", "v3", "web", "av", "smb", "dhcp")
    macs = {name: net.host(name, f"10.9.6.{number}/27") for number, name in enumerate(names, 1)}
    macs["laptop"] = net.host("laptop", mac=LAPTOP)
    for name, secret in (("community", "planted-comm"), ("auth", "planted-auth-22"), ("priv", "planted-priv-333")):
        (net.folder / name).write_text(secret + "\n")
    agentx = net.folder / "agentx"
    lines = ["sysName bench-switch", "master agentx", f"agentXSocket {agentx}", "rocommunity planted-comm"]
    peers.snmpd(net, find, "sw", "10.9.6.2", lines)
    user = 'createUser bench SHA-256 "planted-auth-22" AES-256 "planted-priv-333"'
    peers.snmpd(net, find, "v3", "10.9.6.3", ["sysName bench-v3", user, "rouser bench priv"])
    switch = peers.lldpd(net, find, "sw", agentx, cdp=True)
    peers.nginx(net, find, "web", "10.9.6.4")
    peers.sshd(net, find, "web", "10.9.6.4")
    peers.avahi(net, find, "av")
    peers.samba(net, find, "smb", "10.9.6.6/27")
    return macs, switch


def _laydown(net: Bench, *words: str) -> str:
    """`laydown` at the desk, in the bench's folder."""
    call = f'cd {net.folder} && PYTHONPATH={ROOT} exec {sys.executable} -m agent.command "$@"'
    run = net.run("desk", "sh", "-c", call, "sh", *words, wait=150)
    return (run.stdout + run.stderr).decode()


def _report(net: Bench, folder: str) -> Report:
    return msgspec.json.decode((net.folder / folder / "report.json").read_bytes(), type=Report)


def _of(report: Report, mac: str) -> Finding:
    found = [one for one in report.findings if mac in one.macs]
    assert len(found) == 1, [(one.addresses, one.macs, one.names, one.origins) for one in found]
    return found[0]


def test_every_program_answered_the_probe_it_is_for(seen: Seen) -> None:
    wanted = {
        ("snmp", "10.9.6.2"), ("snmp", "10.9.6.3"), ("snmp_engine", "10.9.6.3"), ("http", "10.9.6.4"), ("https", "10.9.6.4"),
        ("ssh", "10.9.6.4"), ("mdns", "10.9.6.5"), ("smb", "10.9.6.6"), ("netbios", "10.9.6.6"),
    }  # fmt: skip
    assert wanted <= seen.asked, wanted - seen.asked
    assert seen.scanned.faults == ()


@pytest.mark.parametrize(
    ("host", "name"), [("sw", "bench-switch"), ("v3", "bench-v3"), ("av", "bench-av.local"), ("smb", "BENCH-SMB")]
)
def test_the_scan_names_each_by_its_own_word(seen: Seen, host: str, name: str) -> None:
    assert name in _of(seen.scanned, seen.macs[host]).names


def test_a_leased_laptop_that_serves_nothing_is_there(seen: Seen) -> None:
    found = _of(seen.scanned, seen.macs["laptop"])
    assert found.origins and found.outcome == "unknown"


def test_the_ledger_adds_up(seen: Seen) -> None:
    for row in seen.scanned.coverage:
        assert row.asked == row.answered + row.silent + row.refused + row.excluded, row
    done = {row.probe: row.answered for row in seen.scanned.coverage if row.scope == NET and row.status == "done"}
    assert done["arp_sweep"] == 8 and done["smb"] == 1 and done["snmp"] == 2


@pytest.mark.parametrize(("host", "name"), [("sw", "bench-sw"), ("av", "bench-av.local"), ("laptop", "bench-laptop")])
def test_files_alone_name_what_their_programs_announce(seen: Seen, host: str, name: str) -> None:
    assert name in _of(seen.imported, seen.macs[host]).names, seen.told


def test_files_alone_know_every_station_by_its_mac(seen: Seen) -> None:
    known = {mac for one in seen.imported.findings for mac in one.macs}
    assert set(seen.macs.values()) <= known


def test_lldp_and_cdp_are_one_box_that_is_seen(seen: Seen) -> None:
    found = _of(seen.imported, seen.macs["sw"])
    assert found.origins and found.outcome != "unseen"
    assert "bench-sw" in found.names


def test_nmaps_file_is_one_device_of_its_own_words(seen: Seen) -> None:
    (web,) = [one for one in seen.imported.findings if any(origin.startswith("web.xml") for origin in one.origins)]
    assert web.addresses == ("10.9.6.4",) or "10.9.6.4" in web.addresses


def test_nobody_is_accused_and_no_secret_is_kept(seen: Seen) -> None:
    for report in (seen.scanned, seen.imported):
        assert {one.outcome for one in report.findings} <= {"unknown", "unseen", "clear"}
        assert "planted" not in json.dumps(msgspec.to_builtins(report))

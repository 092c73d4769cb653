"""A link full of hosts that mean harm, and three ordinary ones: the scan ends in time, says what was cut, and loses nobody."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from agent.budget import PROFILES
from agent.spool import read
from tests.agent import peers
from tests.agent.netns import Bench
from tests.agent.test_peers_scan import ledgers_of
from tests.manners.cable import frames, fullest, most_connections
from tests.manners.desk import AUTHORITY, ROOT, Scanned, configured, finish, once, opens, quiet_kernel
from tests.manners.desk import command as line_of
from tests.manners.hostile import KINDS

pytestmark = [
    pytest.mark.needs("root", "ip", "tcpdump", "snmpd", "nginx", "openssl", "sysctl"),
    pytest.mark.namespaces,
]
BOUND = 90  # seconds: more than twice what it takes
WEIGHT = 300 << 10  # KB of memory at its most, thrice what it takes; the bombs unpack to far more
PLACES = {name: f"10.9.8.{5 + place}" for place, name in enumerate(KINDS)}
AGENT, WEB, SSH = "10.9.8.2", "10.9.8.3", "10.9.8.4"
CONFIG = f"""
{AUTHORITY}
[budget]
profile = "fast"
[scope]
targets = ["10.9.8.0/27"]
[[credential]]
name = "v2c"
kind = "snmp"
version = "2c"
scopes = ["10.9.8.0/27"]
community_file = "community"
"""


class Hostile(Scanned):
    """The scan; `took` seconds, `weight` KB of memory at its most."""

    took: float
    weight: int


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory, command: peers.Find) -> Hostile:
    return once(tmp_path_factory, "hostile", lambda folder: _scanned(folder, command))


def _scanned(folder: Path, command: peers.Find) -> Hostile:
    net = Bench(folder)
    try:
        mac = net.host("desk", "10.9.8.1/27")
        quiet_kernel(net, "desk")
        for name, address in (("agent", AGENT), ("web", WEB), ("ssh", SSH)):
            net.host(name, f"{address}/27")
        peers.snmpd(net, command, "agent", AGENT, ["rocommunity planted-comm", "sysName bench-agent"])
        peers.nginx(net, command, "web", WEB)
        opens(net, "ssh", (22,))
        for kind in KINDS:
            _enters(net, kind)
        net.settled("desk")
        cable, began = net.capture("desk"), time.monotonic()
        words = configured(net, CONFIG, community="planted-comm")
        weighed = [sys.executable, "-m", "tests.weigh", str(net.folder / "weight")]
        line = [*weighed, *line_of(net.folder / "out", *words)]
        ended = finish(net.start("desk", *line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT), 200)
        made = Hostile(net.folder / "out", *ended, frames(cable), mac)
        made.took = time.monotonic() - began
        made.weight = int((net.folder / "weight").read_text())
        return made
    finally:
        net.close()


def _enters(net: Bench, kind: str) -> None:
    name = kind.replace("_", "")
    net.host(name, f"{PLACES[kind]}/27")
    if kind == "everybody":  # ARP is answered by the server, a little late; the kernel takes all addresses for its own
        net.run(name, "sysctl", "-q", "-w", "net.ipv4.conf.all.arp_ignore=8")
        net.ip(name, "route", "add", "local", "10.9.8.0/27", "dev", "lo")
        net.ip(name, "route", "add", "10.9.8.1/32", "dev", "eth0", "table", "local")
    words = [sys.executable, "-m", "tests.manners.hostile", kind, PLACES[kind]]
    child = net.start(name, *words, stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdout is not None and child.stdout.readline() == b"ready\n"


def test_it_ends_in_time_and_within_bounds(link: Hostile) -> None:
    assert link.took < BOUND and link.said["stopped"] == "" and link.code == 4
    assert link.weight < WEIGHT
    assert sum(path.stat().st_size for path in link.folder.rglob("*") if path.is_file()) < 30 << 20
    assert max(len(one.body or b"") for one in read(link.folder)) <= 300_000


def test_no_ordinary_host_is_lost(link: Hostile) -> None:
    """Each is a device of its own, though one host said that it has everybody's address, and each was read."""
    found = {address: one for one in link.report.findings if one.outcome != "unseen" for address in one.addresses}
    assert len({found[address].device for address in (AGENT, WEB, SSH)}) == 3
    assert "bench-agent" in found[AGENT].names
    kept = {(one.observation.probe, one.observation.target) for one in read(link.folder) if one.body}
    assert {("snmp", AGENT), ("http", WEB), ("https", WEB), ("ssh", SSH)} <= kept


def test_no_hostile_host_is_lost_either(link: Hostile) -> None:
    seen = {address: one.device for one in link.report.findings if one.outcome != "unseen" for address in one.addresses}
    assert len({seen[address] for address in PLACES.values()}) == len(PLACES)


def test_who_answers_for_everybody_is_told(link: Hostile) -> None:
    """All 30 addresses answered ARP; the MAC that stood for so many is listed, and explains nobody."""
    row = next(one for one in link.report.coverage if one.probe == "arp_sweep")
    assert (row.answered, row.asked) == (30, 30)
    (liar,) = [one for one in link.report.unexplained_macs if PLACES["everybody"] in one.addresses]
    assert len(liar.addresses) > 10


def test_forged_macs_are_a_few_and_take_no_room_from_others(link: Hostile) -> None:
    (found,) = [one for one in link.report.findings if PLACES["forged"] in one.addresses and one.outcome != "unseen"]
    assert 2 <= len(found.macs) <= 9


def test_what_was_cut_is_said(link: Hostile) -> None:
    status = {(one.observation.target, one.observation.probe): one.observation.status for one in read(link.folder)}
    for name, probe in (("endless", "ssh"), ("endless", "http"), ("drip", "ssh"), ("ssdp", "upnp")):
        assert status[PLACES[name], probe] == "cut", (name, probe)
    asked = Counter((one.observation.target, one.observation.probe) for one in read(link.folder) if one.body)
    assert asked[PLACES["ssdp"], "ssdp"] == 16, "of 800 answers"
    (row,) = [one for one in link.report.coverage if one.probe == "snmp"]
    assert row.status == "incomplete" and row.reason.startswith("tables not read to their end: ")
    assert (
        all(PLACES[kind] in row.reason for kind in ("snmp_loop", "snmp_back", "snmp_giant")) and AGENT not in row.reason
    )


def test_agents_that_loop_or_never_end_are_left_in_time(link: Hostile) -> None:
    asked = Counter(one.target for one in link.sent if one.port == 161)
    assert asked[PLACES["snmp_loop"]] < 300 and asked[PLACES["snmp_back"]] < 300
    assert 300 < asked[PLACES["snmp_giant"]] < 2500, "20,000 rows of a column are the bound"


def test_manners_hold_towards_the_rude_too(link: Hostile) -> None:
    assert max(most_connections(link.frames, link.mac).values()) == 1
    talkers = {
        name: fullest([one for one in link.sent if one.target == PLACES[name]])
        for name in ("endless", "drip", "tarpit")
    }
    assert max(talkers.values()) <= PROFILES["fast"].host, "acknowledgements and all"
    assert all(row.asked == row.answered + row.silent + row.refused + row.excluded for row in link.report.coverage)
    assert not [one for one in ledgers_of(link.folder) if one.status == "incomplete" and "bug" in one.reason]

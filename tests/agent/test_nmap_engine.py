"""nmap run by this program: a real nmap against real servers, one connection at a time, kept as evidence."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from agent import nmap_engine
from agent.imports import nmap_xml
from agent.manners import NEVER_TCP
from agent.spool import read
from model.evidence import Observation, parsed
from model.report import Report
from tests.agent import peers
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.conftest import ROOT

RTSP = """
import socket
door = socket.create_server(("10.9.5.3", 554))
while True:
    talk, _ = door.accept()
    talk.settimeout(2)
    try:
        talk.recv(2000)
        talk.sendall(b"RTSP/1.0 200 OK\\r\\nCSeq: 1\\r\\nPublic: OPTIONS\\r\\n\\r\\n")
    except OSError:
        pass
    talk.close()
"""
CALL = """
import sys
from datetime import UTC, datetime
from agent.nmap_engine import ask
from model.evidence import line
for one in ask("10.9.5.2", [22, 80, 443, 9100, 37777], 20, "bench/eth0", datetime(2026, 11, 1, tzinfo=UTC)):
    sys.stdout.write(line(one).decode() + "\\n")
"""


def test_what_nmap_is_told_keeps_the_manners() -> None:
    told = nmap_engine.words(20)
    for said in ("-sT", "--unprivileged", "-Pn", "-n", "--max-rate 20", "--max-parallelism 1"):
        assert said in told.split() or said in told
    assert (
        "--script" not in told and "-A" not in told.split() and "-sC" not in told.split() and "-O" not in told.split()
    )


def test_ports_never_touched_are_not_handed_on() -> None:
    assert nmap_engine.ports([22, 80, 8000, 37777, *NEVER_TCP]) == [22, 80]
    assert list(nmap_engine.ask("10.9.5.2", [9100], 20, "x", None)) == []  # type: ignore[arg-type]


@pytest.mark.namespaces
@pytest.mark.needs("root", "ip", "tcpdump", "nmap", "nginx", "sshd", "ssh-keygen", "openssl")
def test_a_real_nmap_names_real_servers_gently(bench: Bench, command: peers.Find) -> None:  # noqa: F811
    bench.host("desk", "10.9.5.1/24")
    bench.host("web", "10.9.5.2/24")
    peers.nginx(bench, command, "web", "10.9.5.2")
    peers.sshd(bench, command, "web", "10.9.5.2")
    seen = bench.capture("desk", "tcp")
    run = bench.run("desk", "sh", "-c", f'cd {ROOT} && exec {sys.executable} -c "$0"', CALL, wait=150)
    (evidence,) = [parsed(line, "nmap") for line in run.stdout.splitlines()]
    facts = {(fact.key, fact.value) for fact in nmap_xml.read([evidence])}
    assert {("tcp.open", "22"), ("tcp.open", "80"), ("tcp.open", "443")} <= facts, run.stderr
    assert any(key == "nmap.service" and "nginx" in value for key, value in facts)
    assert any(key == "nmap.service" and "OpenSSH" in value for key, value in facts)
    note = evidence.observation
    assert (note.target, note.vantage, note.probe) == (
        "10.9.5.2",
        "bench/eth0",
        "nmap_xml",
    ) and "--max-rate 20" in note.asked
    sent = [packet for packet in seen.packets() if packet.source == "10.9.5.1"]
    assert {packet.port for packet in sent} == {22, 80, 443}, "9100 and 37777 are never handed to it"
    begun = [packet.at for packet in sent if packet.payload[13] & 0x3F == 0x02]
    assert all(begun[n + 20] - begun[n] >= 0.9 for n in range(len(begun) - 20))


@pytest.mark.namespaces
@pytest.mark.needs("root", "ip", "nmap", "sshd", "ssh-keygen")
def test_a_scan_hands_on_what_it_found_but_no_camera(bench: Bench, command: peers.Find) -> None:  # noqa: F811
    bench.host("desk", "10.9.5.1/29")
    bench.host("web", "10.9.5.2/29")
    bench.host("cam", "10.9.5.3/29")
    peers.sshd(bench, command, "web", "10.9.5.2")
    bench.start("cam", sys.executable, "-c", RTSP)
    words = "scan 10.9.5.0/29 -o OUT --authorized-by R.Roe --site bench --profile normal --engine nmap"
    only = "--probe arp_sweep --probe tcp_ports --probe rtsp --probe neighbours"
    call = [*words.replace("OUT", str(bench.folder / "out")).split(), *only.split()]
    run = bench.run(
        "desk", "sh", "-c", f'cd {ROOT} && exec {sys.executable} -m agent.command "$@"', "sh", *call, wait=150
    )
    report = msgspec.json.decode((bench.folder / "out" / "report.json").read_bytes(), type=Report)
    (row,) = [row for row in report.coverage if row.probe == "nmap_xml"]
    assert (row.asked, row.answered, row.excluded, row.status) == (2, 1, 1, "done"), run.stderr.decode()
    assert "camera" in row.reason
    kept = [one.observation for one in read(bench.folder / "out") if one.observation.probe == "nmap_xml"]
    assert {note.target for note in kept} == {"10.9.5.2"}
    assert len({note.vantage for note in read_notes(bench.folder / "out", "10.9.5.2")}) == 1, (
        "one vantage, so one device"
    )
    (web,) = [one for one in report.findings if "10.9.5.2" in one.addresses]
    assert web.outcome == "unknown", "nmap's opinion of a program names no maker"


def read_notes(folder: Path, target: str) -> list[Observation]:
    return [one.observation for one in read(folder) if one.observation.target == target]

"""Ctrl-C and SIGTERM in every stage of a scan: nothing leaves a second later, and the report says that it is not whole."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from model.run import End
from tests.agent import peers
from tests.agent.netns import Bench
from tests.agent.test_peers_resume import _events, _until
from tests.agent.test_peers_scan import report_of
from tests.manners.cable import Frame, frames, parsed
from tests.manners.desk import AUTHORITY, begin, configured, finish, once, opens, quiet_kernel

pytestmark = [
    pytest.mark.needs("root", "ip", "tcpdump", "snmpd", "sysctl"),
    pytest.mark.namespaces,
]
STAGES = {  # what it says as the stage begins: the questions that are under way then
    "sadp on eth0: ": "udp", "arp_sweep: ": "arp", "snmp_engine, on own links: ": "udp", "snmp: ": "udp",
    "tcp_ports: ": "tcp", "services: ": "tcp",
}  # fmt: skip
SIGNALS = (signal.SIGINT, signal.SIGTERM)
CASES = [(stage, number) for stage in STAGES for number in SIGNALS]
SOON = 0.4  # seconds into the stage
TOGETHER = 6
TARGETS = {
    "sadp on eth0: ": "10.9.6.0/26",
    "arp_sweep: ": "10.9.6.1-10.9.6.50",
}  # else the peers: their stages come soon
CONFIG = f"""
{AUTHORITY}
[budget]
profile = "normal"
[scope]
[[credential]]
name = "v2c"
kind = "snmp"
version = "2c"
scopes = ["10.9.6.0/26"]
community_file = "community"
"""


class Stopped(NamedTuple):
    """One scan that was stopped. `at`: when the signal was given; `took`: seconds until it had ended."""

    folder: Path
    code: int
    said: str
    at: float
    took: float
    sent: list[Frame]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory, command: peers.Find) -> dict[tuple[str, signal.Signals], Stopped]:
    return once(tmp_path_factory, "stop", lambda folder: _all(folder, command))


def _all(folder: Path, command: peers.Find) -> dict[tuple[str, signal.Signals], Stopped]:
    """Every case at a desk of its own; desks do not see each other."""
    net = Bench(folder)
    try:
        for place, last in enumerate((40, 41, 42)):
            net.host(f"peer{place}", f"10.9.6.{last}/26")
            opens(net, f"peer{place}", (80, 443, 8080))
        peers.snmpd(net, command, "peer0", "10.9.6.40", ["rocommunity another"])
        words = configured(net, CONFIG, community="planted-comm")
        turns = threading.Lock()
        with ThreadPoolExecutor(TOGETHER) as pool:
            jobs = {case: pool.submit(_stopped, net, words, turns, place, *case) for place, case in enumerate(CASES)}
            return {case: job.result() for case, job in jobs.items()}
    finally:
        net.close()


def _stopped(
    net: Bench, words: list[str], turns: threading.Lock, place: int, stage: str, number: signal.Signals
) -> Stopped:
    desk = f"desk{place}"
    with turns:  # a bench is built by one at a time
        mac = net.host(desk, f"10.9.6.{place + 1}/26")
        subprocess.run(
            ["ip", "-n", net.space("switch"), "link", "set", f"p{desk}", "type", "bridge_slave", "isolated", "on"],
            check=True,
        )
        quiet_kernel(net, desk)
        cable = net.capture(desk)
    out = net.folder / f"out-{place}"
    child = begin(net, out, *words, TARGETS.get(stage, "10.9.6.40-10.9.6.42"), desk=desk)
    _until(child, stage)
    while child.poll() is None and not [
        one for one in parsed(cable.path.read_bytes()) if one.mac == mac and one.kind == STAGES[stage]
    ]:
        time.sleep(0.1)
    time.sleep(SOON)
    at = time.time()
    child.send_signal(number)
    code, said, _ = finish(child, 60)
    took = time.time() - at
    with turns:
        sent = [one for one in frames(cable) if one.mac == mac]
    return Stopped(out, code, str(said["stopped"]), at, took, sent)


@pytest.mark.parametrize(("stage", "number"), CASES)
def test_silent_after_a_second_and_told(
    stopped: dict[tuple[str, signal.Signals], Stopped], stage: str, number: signal.Signals
) -> None:
    """The kernel's answers to others, and its looking after single neighbours, are not the program's."""
    one = stopped[stage, number]
    before = [frame for frame in one.sent if frame.at <= one.at and frame.kind == STAGES[stage]]
    assert before, "the stage had not begun"
    late = [frame for frame in one.sent if frame.at > one.at + 1 and not _kernels(frame, one.at)]
    assert not late, late[:5]
    assert one.code == 4 and one.said == "interrupted by the user" and one.took < 20
    report = report_of(one.folder)
    assert [row for row in report.coverage if row.status == "incomplete" and "interrupted" in row.reason]
    assert all(row.asked == row.answered + row.silent + row.refused + row.excluded for row in report.coverage)
    (end,) = [event for event in _events(one.folder) if isinstance(event, End)]
    assert end.status == "incomplete" and (one.folder / "report.html").exists()


def _kernels(frame: Frame, at: float) -> bool:
    if frame.kind == "igmp":  # once more that a group was left, within a second of leaving it (RFC 3376, 8.11)
        return frame.at < at + 2.2
    return frame.kind in ("arp-reply", "nd-reply", "mld") or (frame.kind in ("arp", "nd") and not frame.to_all)

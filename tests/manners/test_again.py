"""Scans directly after each other: no question to all stations of a link twice within a minute, by whatever run of this machine."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter

import pytest

from agent.ask import Nodes
from agent.hold import POSSESSION
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.agent.runs import Run
from tests.agent.test_driver_groups import HOME, LINK, Wire
from tests.agent.test_peers_resume import _until
from tests.manners.cable import Frame, frames
from tests.manners.desk import ROOT, begin, finish, quiet_kernel

SITE = ("10.9.3.0/29", "fd00:9::/64", "--profile", "normal", "--authorized-by", "R. Roe")
LATE = """
import sys, time
sys.path.insert(0, {root!r})
from tests.agent.runs import Run
from tests.agent.test_driver_groups import HOME
from agent.ask import Group, Target
run = Run(["10.77.0.0/24"], homes=HOME, asked_before={{("test", "eth0"): time.monotonic() - 58}})
print(time.time())
run.talk(Group("q", 9, b"x", "224.0.0.9", wait=0.1), target=Target(interface="eth0"))
"""
LOUD = ("all_nodes", "dhip", "dvrip", "mdns", "sadp", "ssdp", "ws_discovery")


def _loud(sent: list[Frame]) -> Counter[tuple[str, int]]:
    return Counter((one.target, one.port) for one in sent if one.to_all and one.kind in ("udp", "icmp6"))


@pytest.mark.namespaces
@pytest.mark.needs("root", "ip", "tcpdump", "sysctl")
def test_a_second_scan_waits_for_the_minute(bench: Bench) -> None:  # noqa: F811
    """Into the folder, with other probes so that it is another run; and into another folder. Interrupted while they wait, they
    have asked nobody and say so."""
    mac = bench.host("desk", "10.9.3.1/29", "fd00:9::1/64")
    bench.host("peer", "10.9.3.2/29", "fd00:9::2/64")
    quiet_kernel(bench, "desk")
    bench.settled("desk")
    cable = bench.capture("desk")
    began = time.monotonic()
    loud = [word for name in LOUD for word in ("--probe", name)]
    code, said, first = finish(begin(bench, bench.folder / "out", *SITE, *loud), 60)
    assert code == 4 and said["stopped"] == "" and POSSESSION in first
    again = [begin(bench, bench.folder / name, *SITE, *loud, "--probe", "neighbours") for name in ("out", "other")]
    told = [_until(child, "sadp on eth0") for child in again]
    time.sleep(2)
    for child in again:
        child.send_signal(signal.SIGINT)
    ended = [finish(child, 20) for child in again]
    assert time.monotonic() - began < 55, "too slow to show anything"
    sent = [one for one in frames(cable) if one.mac == mac]
    assert len(_loud(sent)) == len(LOUD) and set(_loud(sent).values()) == {1}, _loud(sent)
    assert all("less than a minute ago" in text for text in told)
    assert [POSSESSION in text for text in told] == [False, True], "before the first scan into a folder, and once"
    assert all(code == 4 and said["stopped"] == "interrupted by the user" for code, said, _ in ended)


@pytest.mark.namespaces
@pytest.mark.needs("root", "ip", "tcpdump", "unshare")
def test_a_group_is_asked_as_soon_as_the_minute_is_over(bench: Bench) -> None:  # noqa: F811
    """The driver is told that an earlier run asked 58 seconds ago."""
    mac = bench.host("desk", "10.77.0.1/24")
    cable = bench.capture("desk", "udp")
    done = bench.run("desk", sys.executable, "-c", LATE.format(root=str(ROOT)))
    assert done.returncode == 0, done.stderr.decode()
    (left,) = [one.at for one in frames(cable) if one.mac == mac]
    assert left - float(done.stdout) == pytest.approx(2, abs=0.5)


def test_all_nodes_are_asked_as_soon_as_the_minute_is_over() -> None:
    """The wire process is one that notes when it is called."""
    began, left = time.monotonic(), list[float]()
    before = {("test", "eth0"): began - 59, ("other", "eth0"): began}
    run = Run(
        ["10.77.0.0/24"], wire=Wire(), homes=HOME, on_group=lambda *_: left.append(time.monotonic()), asked_before=before
    )  # fmt: skip
    run.talk(Nodes("all", wait=0.1), target=LINK)
    assert left and 1 <= left[0] - began < 1.5

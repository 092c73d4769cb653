"""On a real link, in namespaces: what the kernel is made to ask of everybody stays within the link's budget."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.agent.netns import Bench, Packet, bench  # noqa: F401

pytestmark = [pytest.mark.namespaces, pytest.mark.needs("root", "ip", "tcpdump", "unshare")]
ROOT = Path(__file__).resolve().parents[2]

RUN = """
import json, sys
sys.path.insert(0, {root!r})
from tests.agent.runs import Run, probe
from agent.ask import Sweep, Target, Tcp, Udp
from agent.budget import PROFILES
from agent.scope import Scope
from model.spans import spans
from tests.agent.test_driver_sweeps import Wide
scope = Scope.of(["10.77.0.0/24"], exclude=["10.77.0.12"])
run = Run(scope=scope, profile=PROFILES[{profile!r}], on_link=spans(["10.77.0.0/24"]))
{work}
heard = [text for outcome in run.outcomes for text in (outcome.answered | outcome.refused).texts()]
print(json.dumps({{"sent": run.driver.budget.sent, "heard": heard}}))
"""
HOSTS = """
module, _ = probe(Udp("x", 9, b"q", wait=2.5, retries=0), Tcp("y", 9, limit=0, wait=2.5))
run.run([("test", module, Target(f"10.77.0.{last}")) for last in range(1, 17)])
"""
SWEEP = """
run.run([("wide", Wide(Sweep("x", "udp", ("10.77.0.0/27",), 7, b"q")), Target(addresses=("10.77.0.0/27",)))])
"""
ECHO = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("0.0.0.0", 7))
while True:
    body, sender = s.recvfrom(100); s.sendto(body, sender)
"""


def busiest(packets: list[Packet]) -> int:
    """The most packets in any one second."""
    return max(sum(one.at <= other.at < one.at + 0.98 for other in packets) for one in packets)


@pytest.mark.parametrize(("profile", "work", "most"), [("gentle", HOSTS, 10), ("normal", SWEEP, 50)])
def test_the_link_hears_no_more_than_the_profile_says(bench: Bench, profile: str, work: str, most: int) -> None:  # noqa: F811
    mac = bench.host("desk", "10.77.0.1/24")
    bench.host("peer", "10.77.0.7/24", "10.77.0.12/24", "10.77.0.15/24")
    bench.start("peer", sys.executable, "-c", ECHO)
    seen = bench.capture("desk")
    done = bench.run("desk", sys.executable, "-c", RUN.format(root=str(ROOT), profile=profile, work=work), wait=120)
    assert done.returncode == 0, done.stderr.decode()
    said = json.loads(done.stdout)
    mine = [one for one in seen.packets() if one.mac == mac and one.kind != "ip6"]
    asks = [one for one in mine if one.kind == "arp" and one.port == 1]
    assert {one.target for one in asks} >= {f"10.77.0.{last}" for last in range(2, 17) if last != 12}
    assert not [one for one in mine if one.target == "10.77.0.12"], "an excluded address was asked"
    # The kernel repeats in its own rhythm: a second's window may hold the tail of the one before.
    assert busiest(asks) <= most * 1.2
    assert "10.77.0.7" in said["heard"]
    assert len(asks) <= said["sent"]

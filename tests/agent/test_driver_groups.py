"""Questions to all stations of a link: once a minute, with a hop limit of 1, to nobody's link but one's own, and no flood hurts."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.ask import Group, Nodes, Reply, Target
from agent.budget import PROFILES
from agent.exchange.floor import Heard
from agent.exchange.group import BYTES, EACH, STATIONS, Crowd, Home, is_group, zoned
from agent.jobs.link import AGAIN, NO_LINK, NOT_WHOLE
from agent.scope import Scope
from model.spans import spans
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.agent.runs import Run

ROOT = Path(__file__).resolve().parents[2]
HOME = {"eth0": Home("eth0", "10.77.0.1", "fe80::1", frozenset({4, 6}))}
LINK = Target(interface="eth0")
NODES = Nodes("all", wait=0.1)

RUN = """
import base64, json, sys, time
sys.path.insert(0, {root!r})
from tests.agent.runs import Run
from agent.ask import Group, Target
from agent.budget import PROFILES
from agent.exchange.group import Home
from agent.scope import Scope
six = [line.split() for line in open("/proc/net/if_inet6") if line.split()[-1] == "eth0" and line.startswith("fe80")]
own = ":".join(six[0][0][at:at + 4] for at in range(0, 32, 4)) if six else ""
homes = {{"eth0": Home("eth0", "10.77.0.1", own, frozenset({whole!r}))}}
scope = Scope.of(["10.77.0.0/24", "fe80::/10"], exclude=["10.77.0.9"])
run = Run(scope=scope, profile=PROFILES["gentle"], homes=homes)
began = time.monotonic()
replies = []
for request in {asks}:
    replies += run.talk(request, target=Target(interface="eth0"))
print(json.dumps({{
    "took": time.monotonic() - began,
    "replies": [[one.status, [json.loads(row)["address"] for row in one.body.splitlines()]] for one in replies],
    "evidence": [[e.id, e.observation.target, e.observation.vantage, e.observation.parent, e.observation.step,
        base64.b64encode(e.body or b"").decode()[:40]] for e in run.evidence],
    "outcomes": [[o.status, o.asked.texts(), o.answered.texts(), o.excluded.texts(), o.reason] for o in run.outcomes],
    "strays": run.driver.strays,
}}))
"""
ANSWER = """
import socket, struct, sys
group, port, times, size, back = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
six = ":" in group
s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
s.bind(("", port))
here = socket.if_nametoindex("eth0")
if six:
    joined = socket.inet_pton(socket.AF_INET6, group) + struct.pack("@I", here)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, joined)
elif group != "255.255.255.255":
    joined = struct.pack("4s4si", socket.inet_aton(group), bytes(4), here)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
else:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
print("ready", flush=True)
while True:
    body, sender = s.recvfrom(2000)
    if body.startswith((b"who", b"M-SEARCH")):
        for n in range(times):
            to = (group, port) if back == "group" else sender
            s.sendto(b"me %d " % n + b"x" * size, to)
"""


def answers(net: Bench, name: str, group: str, port: int, times: int = 1, size: int = 1, back: str = "sender") -> None:
    words = [sys.executable, "-c", ANSWER, group, str(port), str(times), str(size), back]
    child = net.start(name, *words, stdout=subprocess.PIPE)
    assert child.stdout is not None and child.stdout.readline() == b"ready\n"


def asked(net: Bench, asks: str, whole: tuple[int, ...] = (4, 6)) -> dict[str, Any]:
    done = net.run("desk", sys.executable, "-c", RUN.format(root=str(ROOT), asks=asks, whole=whole), wait=60)
    assert done.returncode == 0, done.stderr.decode()
    told: dict[str, Any] = json.loads(done.stdout)
    return told


class Wire:
    """A wire process that counts what it is asked for."""

    def __init__(self, *batches: list[tuple[str, str]]) -> None:
        self.batches, self.asked = batches, list[str]()

    def nodes(self, interface: str, wait: float) -> Iterator[list[tuple[str, str]]]:
        self.asked.append(interface)
        yield from self.batches


def test_all_nodes_once_a_minute_and_only_who_is_in_scope_is_kept() -> None:
    mac = "02:00:00:00:00:07"
    wire = Wire([("fe80::7", mac), ("fd00::7", mac)], [], [("fd00::9", mac), ("2001:db8::1", mac), ("fd00::7", mac)])
    now = [1000.0]
    sent: list[tuple[str, str, int]] = []
    scope = Scope.of(["fd00::/64", "fe80::/10"], exclude=["fd00::9"])
    run = Run(scope=scope, wire=wire, homes=HOME, monotonic=lambda: now[0], on_group=lambda *told: sent.append(told))
    (first,) = run.talk(NODES, target=LINK)
    rows = [json.loads(line) for line in first.body.splitlines()]
    assert rows == [{"address": "fe80::7%eth0", "mac": mac}, {"address": "fd00::7", "mac": mac}]
    assert b"".join(one.body or b"" for one in run.evidence) == first.body
    assert {one.observation.vantage for one in run.evidence} == {"tester/eth0"}
    assert run.driver.strays == 3 and sent == [("test", "eth0", 6)]
    outcome = run.outcomes[0]
    assert outcome.asked == outcome.answered == spans(["eth0", "fe80::7%eth0", "fd00::7"])
    now[0] += 59
    (second,) = run.talk(NODES, target=LINK)
    assert second.status == "excluded" and run.outcomes[1].reason == AGAIN and len(wire.asked) == 1
    now[0] += 2
    assert run.talk(NODES, target=LINK)[0].status == "answered" and wire.asked == ["eth0", "eth0"]


@pytest.mark.parametrize(
    ("homes", "request_", "more", "reason"),
    [
        ({}, NODES, {}, NO_LINK),
        ({"eth0": Home("eth0", "10.77.0.1", "fe80::1", frozenset({4}))}, NODES, {}, NOT_WHOLE),
        (
            {"eth0": Home("eth0", "10.77.0.1", "fe80::1", frozenset({6}))},
            Group("q", 9, b"", "224.0.0.9"),
            {},
            NOT_WHOLE,
        ),
        ({"eth0": Home("eth0", "", "fe80::1", frozenset({4, 6}))}, Group("q", 9, b"", "224.0.0.9"), {}, "no address"),
        (HOME, NODES, {"port_map": {}}, NO_LINK),
        (HOME, Group("q", 9, b"", "224.0.0.9"), {"port_map": {}}, NO_LINK),
        (HOME, Group("q", 50001, b"", "224.0.0.9"), {}, "radio"),
        (HOME, Group("q", 37020, b"<Types>activate</Types>", "239.255.255.250"), {}, "only the search"),
    ],
)
def test_nothing_leaves_where_not_all_may_be_asked(
    homes: dict[str, Home], request_: Group | Nodes, more: dict[str, Any], reason: str
) -> None:
    wire = Wire([("fe80::7", "02:00:00:00:00:07")])
    run = Run(["10.77.0.0/24"], wire=wire, homes=homes, **more)
    (reply,) = run.talk(request_, target=LINK)
    assert reply == Reply("excluded") and not wire.asked and not run.evidence
    assert reason in run.outcomes[0].reason and run.outcomes[0].excluded == spans(["eth0"])
    assert run.driver.budget.sent == 0


@pytest.mark.parametrize(
    ("group", "is_one"),
    [
        ("239.255.255.250", True), ("255.255.255.255", True), ("ff02::fb", True), ("ff05::c", False), ("10.0.0.255", False),
        ("10.0.0.1", False), ("", False), ("all", False),
    ],
)  # fmt: skip
def test_only_groups_of_a_link_are_asked(group: str, is_one: bool) -> None:
    assert is_group(group) is is_one
    if not is_one:
        run = Run(["10.77.0.0/24"], homes=HOME)
        assert run.talk(Group("q", 9, b"", group), target=LINK)[0].status in ("failed", "excluded")
        assert run.driver.budget.sent == 0


def test_a_flood_is_bounded_by_number_and_size() -> None:
    crowd = Crowd(16)
    assert sum(crowd.takes("10.0.0.1", 100) for _ in range(100)) == 16 and not crowd.full
    assert sum(crowd.takes("10.0.0.2", 60_000) for _ in range(100)) == EACH // 60_000
    liar = Crowd(16)
    kept = sum(liar.takes(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 1) for n in range(50_000))
    assert kept == STATIONS and liar.full
    fat = Crowd(16)
    assert sum(fat.takes(f"10.1.0.{n}", 64_000) for n in range(256)) * 64_000 <= BYTES
    assert zoned("fe80::1", "eth0") == "fe80::1%eth0" and zoned("fd00::1", "eth0") == "fd00::1"
    assert Heard("cut").body is None


@pytest.mark.namespaces
@pytest.mark.needs("root", "ip", "tcpdump", "unshare")
def test_one_question_reaches_the_link_and_each_answer_is_evidence_about_who_gave_it(bench: Bench) -> None:  # noqa: F811
    mac = bench.host("desk", "10.77.0.1/24")
    for name, last in (("one", 7), ("two", 8), ("shy", 9)):
        bench.host(name, f"10.77.0.{last}/24")
    bench.host("alien", "10.88.0.4/24", "10.77.0.40/32")
    bench.ip("alien", "route", "add", "10.77.0.1/32", "dev", "eth0", "src", "10.88.0.4")
    answers(bench, "one", "239.255.255.250", 3702, times=3)
    answers(bench, "two", "239.255.255.250", 3702, back="group")
    answers(bench, "shy", "239.255.255.250", 3702)
    answers(bench, "alien", "239.255.255.250", 3702)
    question = "Group('q', 3702, b'who', '239.255.255.250', joined=True, wait=1.5, most=2)"
    seen = bench.capture("desk", "udp")
    far = bench.capture("desk", "dst net 224.0.0.0/4 and udp and ip[8] != 1")
    told = asked(bench, f"[{question}, {question}]")
    sent = [one for one in seen.packets() if one.mac == mac]
    assert [(one.target, one.port) for one in sent] == [("239.255.255.250", 3702)], "asked once, and nothing else sent"
    assert not [one for one in far.packets() if one.mac == mac], "a hop limit of 1"
    assert [status for status, _ in told["replies"]] == ["answered", "excluded"]
    assert told["outcomes"][1][4] == AGAIN
    heard = Counter(row[1] for row in told["evidence"])
    assert heard == {"10.77.0.7": 2, "10.77.0.8": 1}, heard
    assert told["strays"] == 3, "one too many, one excluded, one from elsewhere"
    assert {row[2] for row in told["evidence"]} == {"tester/eth0"}
    ids = {row[4]: row for row in told["evidence"] if row[1] == "10.77.0.7"}
    assert ids[0][3] is None and ids[1][3] == ids[0][0], "two datagrams of one address are one dialogue"
    assert base64.b64decode(ids[1][5]) == b"me 1 x"
    assert set(told["outcomes"][0][1]) == {"eth0", "10.77.0.7-10.77.0.8"}


@pytest.mark.namespaces
@pytest.mark.needs("root", "ip", "tcpdump", "unshare")
def test_broadcast_and_version_6(bench: Bench) -> None:  # noqa: F811
    mac = bench.host("desk", "10.77.0.1/24")
    bench.host("one", "10.77.0.7/24", "fd00::7/64")
    answers(bench, "one", "255.255.255.255", 37810, back="group")
    answers(bench, "one", "ff02::fb", 5353)
    six = bench.capture("desk", "ip6 and udp and dst host ff02::fb and ip6[7] = 1")
    broad = bench.capture("desk", "udp and dst host 255.255.255.255")
    bench.addressed("desk", "one")
    told = asked(
        bench,
        "[Group('b', 37810, b'who', '255.255.255.255', joined=True, wait=1), Group('m', 5353, b'who', 'ff02::fb', wait=1)]",
    )
    assert [status for status, _ in told["replies"]] == ["answered", "answered"], told["outcomes"]
    assert told["replies"][0][1] == ["10.77.0.7"]
    (zone,) = told["replies"][1][1]
    assert zone.startswith("fe80::") and zone.endswith("%eth0")
    assert len([one for one in six.packets() if one.mac == mac]) == 1
    assert len([one for one in broad.packets() if one.mac == mac]) == 1


@pytest.mark.namespaces
@pytest.mark.needs("root", "ip", "tcpdump", "unshare")
def test_a_flood_of_answers_ends_in_time_and_loses_nobody(bench: Bench) -> None:  # noqa: F811
    bench.host("desk", "10.77.0.1/24")
    bench.host("loud", "10.77.0.7/24")
    bench.host("still", "10.77.0.8/24")
    answers(bench, "loud", "239.255.255.250", 1900, times=800, size=1300)
    answers(bench, "still", "239.255.255.250", 1900)
    told = asked(bench, "[Group('s', 1900, b'who', '239.255.255.250', wait=2)]")
    heard = Counter(row[1] for row in told["evidence"])
    assert heard["10.77.0.7"] == 16 and heard["10.77.0.8"] == 1, heard
    assert told["took"] < 20 and told["strays"] > 100
    assert PROFILES["gentle"].link == 10

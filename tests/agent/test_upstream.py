"""The way to the outside: routers in namespaces of their own, heard without a packet being addressed to any of them."""

from __future__ import annotations

import json
import socket
import sys
import time
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.ask import Hops, Target
from agent.budget import PROFILES, Budget
from agent.exchange.floor import Floor
from agent.exchange.hops import DRAIN, Path
from agent.lanes import Lanes
from agent.probes import upstream
from agent.reactor import Reactor
from fingerprints.assess import assess
from fingerprints.services import QUESTIONS
from model.claims import fields
from model.evidence import Evidence, Observation, observed
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.agent.reading import heard
from tests.fingerprints.small_pack import pack

ROWS = [
    {"kind": "gateway", "interface": "eth0", "address": "10.9.2.1", "mac": "00:e0:fc:00:00:01"},
    {"kind": "hop", "ttl": "1", "address": "10.9.2.1", "rtt_us": "310"},
    {"kind": "hop", "ttl": "2", "address": "", "rtt_us": ""},
    {"kind": "hop", "ttl": "3", "address": "198.51.100.7", "rtt_us": "5300"},
    {"kind": "reached", "ttl": "4", "address": "203.0.113.9", "rtt_us": "9100"},
]
WALK = """
import json, sys, time
from agent.ask import Hops
from agent.exchange.floor import Floor
from agent.exchange.hops import Path
from agent.lanes import Lanes
from agent.reactor import Reactor
from agent.budget import PROFILES, Budget
from agent.way import gateway
reactor = Reactor(time.monotonic)
found = []
Path(Floor(reactor, Lanes(reactor, Budget(PROFILES["normal"]))), Hops("way", sys.argv[1], wait=0.5), gateway(sys.argv[1]), found.append)
until = time.monotonic() + 30
while not found and time.monotonic() < until:
    reactor.turn()
print(json.dumps([found[0].status, (found[0].body or b"").decode(), found[0].reason]))
"""


def body(rows: list[dict[str, str]]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def test_who_floods_the_way_gets_one_turn_at_a_time() -> None:
    reactor = Reactor(time.monotonic)
    floor = Floor(reactor, Lanes(reactor, Budget(PROFILES["normal"])))
    with socket.socket(type=socket.SOCK_DGRAM) as target, socket.socket(type=socket.SOCK_DGRAM) as stranger:
        target.bind(("127.0.0.1", 0))
        way = Path(floor, Hops("way", "127.0.0.1", port=target.getsockname()[1] - 1), {}, lambda _: None)
        target.settimeout(0.05)
        sender = None
        until = time.monotonic() + 10
        while sender is None and time.monotonic() < until:
            reactor.turn()
            with suppress(TimeoutError):
                _, sender = target.recvfrom(512)
        for _ in range(DRAIN + 20):
            stranger.sendto(b"x", sender)
        way._read()
        assert way._sock is not None and way._sock.recv(512) == b"x", "the rest waits for the next turn"
        way.stop()


def test_the_way_is_read_as_a_service() -> None:
    facts = list(upstream.read([heard("upstream", "way to 203.0.113.9", body(ROWS))]))
    assert {fact.about for fact in facts} == {"service:upstream"}
    assert [(f.key, fields(f.value).get("address", f.value)) for f in facts] == [
        ("upstream.target", "203.0.113.9"),
        ("upstream.gateway", "10.9.2.1"),
        ("upstream.hop", "10.9.2.1"),
        ("upstream.hop", "198.51.100.7"),
        ("upstream.hop", "203.0.113.9"),
    ]


@given(st.binary(max_size=300))
def test_rubbish_is_no_hop(junk: bytes) -> None:
    assert all(fact.about == "service:upstream" for fact in upstream.read([heard("upstream", "way to x", junk)]))


def test_a_probe_asks_for_the_targets_it_was_given() -> None:
    assert list(upstream.ask(Target(addresses=("203.0.113.9",)))) == [Hops("way to 203.0.113.9", "203.0.113.9")]


def held(rows: list[dict[str, str]], seen_at: str = "2026-11-01T10:00:00.000000Z") -> Evidence:
    note = Observation("upstream", "host/eth0", "", "way to 203.0.113.9", "answered", seen_at)
    return observed(note, body(rows), "application/jsonlines")


def test_hops_are_no_devices_and_raise_the_exceptions_questions() -> None:
    report = assess([held(ROWS)], {"upstream": upstream.read}, pack(), "test")
    (service,) = report.services
    assert report.findings == ()
    assert [(one.mac, one.addresses) for one in report.unexplained_macs] == [("00:e0:fc:00:00:01", ("10.9.2.1",))]
    assert [(hop.ttl, hop.kind, hop.address) for hop in service.hops] == [
        (0, "gateway", "10.9.2.1"),
        (1, "hop", "10.9.2.1"),
        (3, "hop", "198.51.100.7"),
        (4, "reached", "203.0.113.9"),
    ]
    assert service.open_questions == QUESTIONS and service.name == "203.0.113.9"
    assert "backhaul, roaming or interconnection" in " ".join(question.text for question in QUESTIONS)


def test_twice_the_same_way_is_one_service() -> None:
    later = held(ROWS, "2026-11-02T10:00:00.000000Z")
    one, two = (
        assess(these, {"upstream": upstream.read}, pack(), "test")
        for these in ([later, held(ROWS)], [held(ROWS), later])
    )
    assert one == two and len(one.services) == 1 and len(one.services[0].evidence) == 2


@pytest.fixture
def chain(bench: Bench) -> Bench:  # noqa: F811
    """desk - near - far - target: two routers and the target, each link a subnet of its own."""
    bench.host("desk", "10.9.2.2/24", gateway="")
    bench.host("near", "10.9.2.1/24")
    bench.ip("desk", "route", "add", "default", "via", "10.9.2.1")
    for left, right, number in (("near", "far", 3), ("far", "target", 4)):
        if right not in bench._spaces:
            bench._room(right)
        bench.ip(
            left, "link", "add", f"to{right}", "type", "veth", "peer", "name", f"to{left}", "netns", bench.space(right)
        )
        for name, link, last in ((left, f"to{right}", 1), (right, f"to{left}", 2)):
            bench.ip(name, "link", "set", link, "up")
            bench.ip(name, "addr", "add", f"10.9.{number}.{last}/24", "dev", link)
    bench.ip("near", "route", "add", "10.9.4.0/24", "via", "10.9.3.2")
    bench.ip("far", "route", "add", "10.9.2.0/24", "via", "10.9.3.1")
    bench.ip("target", "route", "add", "default", "via", "10.9.4.1")
    for router in ("near", "far"):
        bench.run(router, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.icmp_ratelimit=0")
    return bench


@pytest.mark.namespaces
@pytest.mark.needs("root", "ip", "tcpdump", "sysctl")
def test_real_routers_are_heard_and_asked_nothing(chain: Bench) -> None:
    seen = chain.capture("desk", "ip")
    run = chain.run("desk", sys.executable, "-c", WALK, "10.9.4.2")
    status, text, reason = json.loads(run.stdout)
    rows = [json.loads(line) for line in text.splitlines()]
    assert (status, reason) == ("answered", ""), run.stderr
    assert rows[0]["kind"] == "gateway" and rows[0]["address"] == "10.9.2.1"
    assert [(row["kind"], row["address"]) for row in rows[1:]] == [
        ("hop", "10.9.2.1"),
        ("hop", "10.9.3.2"),
        ("reached", "10.9.4.2"),
    ]
    asked = [packet for packet in seen.packets() if packet.source == "10.9.2.2"]
    assert {packet.target for packet in asked} == {"10.9.4.2"} and len(asked) == 3


@pytest.mark.namespaces
@pytest.mark.needs("root", "ip", "tcpdump", "sysctl")
def test_silence_ends_the_way(chain: Bench) -> None:
    chain.ip("far", "route", "add", "blackhole", "10.9.9.0/24")
    chain.ip("near", "route", "add", "10.9.9.0/24", "via", "10.9.3.2")
    chain.ip("far", "link", "set", "totarget", "down")
    seen = chain.capture("desk", "udp")
    run = chain.run("desk", sys.executable, "-c", WALK, "10.9.9.9")
    status, text, _ = json.loads(run.stdout)
    assert status == "answered" and json.loads(text.splitlines()[-1])["address"] in ("10.9.2.1", "10.9.3.2")
    assert len(seen.packets()) <= 2 * (2 + 5)

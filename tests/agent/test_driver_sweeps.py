"""Sweeps: every address asked equally often, answers told apart by who gave them, nothing outside the scope."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.ask import Neighbours, Reply, Request, Sweep, Target
from agent.budget import Profile
from agent.scope import Scope
from model.spans import Spans, spans
from model.trouble import Trouble
from tests.agent.runs import FREE, Run

WHOLE = "127.0.9.0/28"
ALIVE = ("127.0.9.3", "127.0.9.7", "127.0.9.11")


@contextmanager
def hosts(*addresses: str, second_only: str = "") -> Iterator[tuple[int, dict[str, int]]]:
    """(port, {address: datagrams}) of echoing hosts; one of them answers its second question only."""
    asked: dict[str, int] = dict.fromkeys(addresses, 0)
    over = threading.Event()
    first = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    first.bind((addresses[0], 0))
    port: int = first.getsockname()[1]
    socks = [first] + [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in addresses[1:]]
    for sock, address in zip(socks[1:], addresses[1:], strict=True):
        sock.bind((address, port))

    def serve(sock: socket.socket, address: str) -> None:
        sock.settimeout(0.05)
        while not over.is_set():
            try:
                body, sender = sock.recvfrom(100)
            except TimeoutError:
                continue
            asked[address] += 1
            if address != second_only or asked[address] == 2:
                sock.sendto(address.encode() + body, sender)
                sock.sendto(b"twice", sender)

    threads = [threading.Thread(target=serve, args=pair) for pair in zip(socks, addresses, strict=True)]
    for thread in threads:
        thread.start()
    try:
        yield port, asked
    finally:
        over.set()
        for thread, sock in zip(threads, socks, strict=True):
            thread.join()
            sock.close()


class Wide:
    """A probe of one sweep; keeps the replies."""

    def __init__(self, sweep: Sweep | Neighbours) -> None:
        self.sweep, self.replies = sweep, list[Reply]()

    def ask(self, target: Target) -> Iterator[Request]:
        while True:
            self.replies.append((yield self.sweep))  # type: ignore[misc]
            if self.replies[-1].status != "noted":
                return


def swept(run: Run, sweep: Sweep | Neighbours, target: Target | None = None) -> list[Mapping[str, Any]]:
    """The rows of all replies to one sweep."""
    probe = Wide(sweep)
    run.run([("wide", probe, target or Target(addresses=getattr(sweep, "addresses", ())))])
    return [json.loads(line) for reply in probe.replies for line in reply.body.splitlines()]


def test_every_answer_is_evidence_of_its_own_address() -> None:
    with hosts(*ALIVE, second_only=ALIVE[1]) as (port, asked):
        run = Run([WHOLE])
        rows = swept(run, Sweep("who", "udp", (WHOLE,), port, b"?"))
    assert {row["address"]: base64.b64decode(row["body"]) for row in rows} == {
        address: address.encode() + b"?" for address in ALIVE
    }
    assert {(one.observation.target, one.body) for one in run.evidence} == {
        (address, address.encode() + b"?") for address in ALIVE
    }
    assert all(one.observation.parent is None and one.observation.step == 0 for one in run.evidence)
    outcome = run.outcomes[0]
    assert outcome.answered == spans(ALIVE)
    assert outcome.asked == spans([WHOLE])
    assert outcome.status == "answered"
    assert asked == {ALIVE[0]: 1, ALIVE[1]: 2, ALIVE[2]: 1}
    assert run.driver.strays == 3  # each said it twice
    assert run.driver.budget.sent == 16 + 14  # those that answered are not asked again


def test_a_sweep_keeps_to_the_scope() -> None:
    with hosts(*ALIVE) as (port, asked):
        run = Run(scope=Scope.of([WHOLE], exclude=[ALIVE[0]], fragile=[ALIVE[1]]))
        rows = swept(run, Sweep("who", "udp", ("127.0.0.0/16",), port, b"?"))
    assert [row["address"] for row in rows] == [ALIVE[2]]
    assert (asked[ALIVE[0]], asked[ALIVE[1]]) == (0, 0)
    assert run.driver.budget.sent == 14 + 13
    outcome = run.outcomes[0]
    assert outcome.asked == spans(["127.0.0.0/16"])
    assert outcome.excluded == outcome.asked - (spans([WHOLE]) - spans(ALIVE[:2]))


def test_cautious_hosts_are_left_out_of_a_sweep() -> None:
    with hosts(*ALIVE) as (port, asked):
        run = Run([WHOLE], cautious=lambda address: address == ALIVE[2])
        swept(run, Sweep("who", "udp", (WHOLE,), port, b"?"))
    assert asked[ALIVE[2]] == 0
    assert run.outcomes[0].excluded.texts() == [ALIVE[2]]


@pytest.mark.parametrize(
    "sweep",
    [
        Sweep("outside", "udp", ("10.0.0.0/24",), 9, b"?"),
        Sweep("bacnet", "udp", (WHOLE,), 47808, b"?"),
        Sweep("no wire", "arp", (WHOLE,)),
        Neighbours("no wire", "lo"),
    ],
    ids=lambda sweep: sweep.asked,
)
def test_what_may_not_be_swept(sweep: Sweep | Neighbours) -> None:
    run = Run([WHOLE])
    assert swept(run, sweep, Target(interface="lo")) == []
    assert run.outcomes[0].status == "excluded"
    assert run.outcomes[0].reason
    assert run.driver.budget.sent == 0


def test_sweeps_are_paced() -> None:
    run = Run([WHOLE], profile=Profile("slow", 50, 50, 50))
    start = time.monotonic()
    swept(run, Sweep("who", "udp", (WHOLE,), 9, b"?"))
    assert run.driver.budget.sent == 32
    assert time.monotonic() - start > 31 / 50


def test_new_neighbours_cost_the_link_its_three_questions() -> None:
    """16 addresses that nobody has, 3 ARP questions each by the kernel: 48 at 150 a second, besides the datagrams."""
    from agent.budget import Budget
    from agent.lanes import Lanes
    from agent.reactor import Reactor

    now = 0.0
    budget = Budget(FREE)
    lanes = Lanes(Reactor(lambda: now), budget, spans(["10.0.0.0/24", "127.0.0.0/8"]))
    sent: list[str] = []
    for address in [f"10.0.0.{last}" for last in range(16)]:
        while lanes.take(address) > 0:
            now += 0.001
        sent.append(address)
    assert now >= 15 * 3 / 150
    assert budget.sent == 16 * 4
    before = now
    lanes.met("10.0.0.3")
    assert lanes.take("10.0.0.3") == lanes.take("127.0.0.9") == lanes.take("10.0.1.1") == 0.0
    assert now == before


def test_whom_the_kernel_has_met_cost_the_link_one_question() -> None:
    """Hosts that are there and say nothing: the kernel knows them as soon as they answer its own question."""
    from agent.acquainted import acquainted
    from agent.budget import Budget
    from agent.lanes import Lanes
    from agent.reactor import Reactor

    now, known = 0.0, set[str]()
    budget = Budget(FREE)
    lanes = Lanes(Reactor(lambda: now), budget, spans(["10.0.0.0/24"]), acquainted=lambda: frozenset(known))
    for address in [f"10.0.0.{last}" for last in range(16)]:
        while lanes.take(address) > 0:
            now += 0.001
        known.add(address)
    assert budget.sent <= 16 * 2 + 2 * 2, "each its datagram and one ARP; of the last few it is not known yet"
    lanes.missed("10.0.0.3")
    now += 1
    assert not lanes.is_new("10.0.0.3") and lanes.is_new("10.0.0.33")
    assert "127.0.0.1" not in acquainted(), "the kernel's own table can be read"


def test_a_table_of_the_kernel_names_those_it_can_reach(tmp_path: Path) -> None:
    from agent.acquainted import acquainted

    path = tmp_path / "arp"
    path.write_text(
        "IP address       HW type     Flags       HW address            Mask     Device\n"
        "10.9.0.2         0x1         0x2         02:00:5e:10:02:14     *        eth0\n"
        "10.9.0.3         0x1         0x0         00:00:00:00:00:00     *        eth0\n"
        "10.9.0.4         0x1         0x6         02:00:5e:10:02:15     *        eth0\n"
    )
    assert acquainted(path) == {"10.9.0.2", "10.9.0.4"} and acquainted(tmp_path / "none") == frozenset()


class Pipes:
    """Stands where the wire process does: fixed batches, as it would give them."""

    def __init__(self, *batches: list[tuple[str, str]], fault: str = "") -> None:
        self._batches, self._fault = batches, fault
        self.asked: list[tuple[str, Spans, float]] = []

    def arp(self, interface: str, addresses: Spans, rate: float) -> Iterator[list[tuple[str, str]]]:
        self.asked.append((interface, addresses, rate))
        yield from self._batches
        if self._fault:
            raise Trouble(interface, self._fault, "look at the switch")

    def neighbours(self, interface: str) -> list[Mapping[str, str]]:
        return [
            {"address": address, "mac": mac, "state": "reachable"} for batch in self._batches for address, mac in batch
        ]


MAC = "02:00:00:00:00:01"


def test_arp_asks_for_what_is_in_scope_and_keeps_pages() -> None:
    wire = Pipes([(ALIVE[0], MAC)], [], [(ALIVE[2], MAC), ("127.0.200.1", MAC), (ALIVE[1], MAC)])
    run = Run(scope=Scope.of([WHOLE], exclude=[ALIVE[1]]), wire=wire)
    rows = swept(run, Sweep("arp", "arp", (WHOLE,)), Target(interface="eth9"))
    assert wire.asked == [("eth9", spans([WHOLE]) - spans([ALIVE[1]]), FREE.link)]
    assert [row["address"] for row in rows] == [ALIVE[0], ALIVE[2]]
    seen = [one.observation for one in run.evidence]
    assert [(one.vantage, one.target, one.step) for one in seen] == [("tester/eth9", "", 0), ("tester/eth9", "", 1)]
    assert seen[1].parent == run.evidence[0].id
    assert run.driver.strays == 2
    assert run.outcomes[0].answered == spans([ALIVE[0], ALIVE[2]])
    assert run.outcomes[0].excluded.texts() == [ALIVE[1]]


def test_a_sweep_that_stopped_is_cut_and_says_why() -> None:
    run = Run([WHOLE], wire=Pipes([(ALIVE[0], MAC)], fault="all replies stopped"))
    rows = swept(run, Sweep("arp", "arp", (WHOLE,)), Target(interface="eth9"))
    assert len(rows) == 1
    assert run.outcomes[0].status == "cut"
    assert "all replies stopped" in run.outcomes[0].reason


def test_neighbours_outside_the_scope_are_not_kept() -> None:
    run = Run([WHOLE], wire=Pipes([(ALIVE[0], MAC), ("10.200.0.1", MAC)]))
    rows = swept(run, Neighbours("table", "eth9"), Target(interface="eth9"))
    assert [row["address"] for row in rows] == [ALIVE[0]]
    assert b"10.200.0.1" not in b"".join(one.body or b"" for one in run.evidence)
    assert run.outcomes[0].answered.texts() == ["eth9"]


def test_an_interrupted_sweep_counts_what_came() -> None:
    with hosts(*ALIVE) as (port, _):
        run = Run([WHOLE], profile=Profile("slow", 20, 20, 20))
        keep = run.evidence.append

        def emit(piece: Any) -> None:
            keep(piece)
            raise KeyboardInterrupt

        stopped = Run([WHOLE], profile=Profile("slow", 20, 20, 20), emit=emit)
        with pytest.raises(KeyboardInterrupt):
            swept(stopped, Sweep("who", "udp", (WHOLE,), port, b"?"))
    assert len(run.evidence) == 1
    assert stopped.outcomes[0].status == "cut"
    assert stopped.outcomes[0].answered.texts() == [ALIVE[0]]


@pytest.mark.parametrize("dies", [True, False])
def test_a_sweep_stops_when_all_answers_stop(monkeypatch: pytest.MonkeyPatch, dies: bool) -> None:
    """Three hosts answer; then the link is as good as dead, or merely empty from there on."""
    monkeypatch.setattr("agent.exchange.sweep.QUIET", 0.4)
    monkeypatch.setattr("agent.exchange.sweep.WAIT", 0.3)
    run = Run(["127.0.9.0/26"], profile=Profile("slow", 40, 40, 40))
    with ExitStack() as living:
        port, _ = living.enter_context(hosts(*ALIVE))
        keep = run.evidence.append

        def emit(piece: Any) -> None:
            keep(piece)
            if dies and len(run.evidence) == 3:
                living.close()

        stopped = Run(["127.0.9.0/26"], profile=Profile("slow", 40, 40, 40), emit=emit)
        swept(stopped, Sweep("who", "udp", ("127.0.9.0/26",), port, b"?"))
    assert len(run.evidence) == 3
    assert stopped.outcomes[0].status == ("cut" if dies else "answered")
    assert ("all answers stopped" in stopped.outcomes[0].reason) == dies
    assert (stopped.driver.budget.sent < 60) == dies

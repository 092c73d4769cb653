"""No probe gets around scope, manners, pace or one connection at a time; and no probe's bug ends the run."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from agent.ask import Certificate, Reply, Request, Snmp, Target, Tcp, Udp
from agent.budget import PROFILES
from agent.scope import Scope
from model.evidence import Evidence
from model.trouble import Trouble
from tests.agent.runs import HERE, Run, probe, tcp_server, udp_server

OTHER = "127.0.0.77"
TIMESTAMPED = 35  # SO_TIMESTAMPNS of asm-generic/socket.h
EVERYTHING = (Udp("u", 7, b"x"), Tcp("t", 7), Certificate("c", 7), Snmp("s", "get", ("1.3.6.1.2.1.1.1.0",)))


@pytest.mark.parametrize(
    "scope",
    [
        Scope.of([HERE]),
        Scope.of(["127.0.0.0/24"], exclude=[OTHER]),
        Scope.of(["127.0.0.0/24"], fragile=["127.0.0.64/26"]),
    ],
)
def test_nothing_leaves_for_who_is_not_to_be_asked(scope: Scope) -> None:
    """Servers on the forbidden address count what reaches them."""
    reached: list[object] = []
    with (
        udp_server(lambda sock, body, sender: reached.append(body), OTHER) as udp,
        tcp_server(reached.append, OTHER) as tcp,
    ):
        run = Run(scope=scope)
        replies = run.talk(
            Udp("u", udp, b"x", wait=0.1),
            Tcp("t", tcp, wait=0.1),
            Certificate("c", tcp, wait=0.1),
            *EVERYTHING,
            target=Target(OTHER),
        )
        time.sleep(0.1)
    assert {reply.status for reply in replies} == {"excluded"}
    assert reached == []
    assert run.driver.budget.sent == 0
    assert run.evidence == []
    assert run.outcomes[0].excluded.texts() == [OTHER]
    assert run.outcomes[0].reason


@pytest.mark.parametrize("address", ["", "printer.example", "::ffff:127.0.0.1", "127.0.0.1 ", "0x7f.1", "2130706433"])
def test_odd_spellings_are_out_of_scope(address: str) -> None:
    run = Run()
    assert {reply.status for reply in run.talk(*EVERYTHING, target=Target(address))} == {"excluded"}
    assert run.driver.budget.sent == 0


@pytest.mark.parametrize("port", [515, 9100, 502, 102, 20000, 44818, 4001, 2001])
def test_never_touch_ports_are_not_touched(port: int) -> None:
    reached: list[object] = []
    with tcp_server(reached.append) as real:
        run = Run(port_map={(HERE, port): (HERE, real)})
        assert {reply.status for reply in run.talk(Tcp("x", port), Certificate("y", port))} == {"excluded"}
        time.sleep(0.05)
    assert reached == []


def test_a_cautious_target_gets_no_connection() -> None:
    reached: list[object] = []
    with tcp_server(reached.append) as port, udp_server(lambda sock, body, sender: reached.append(body)) as udp:
        run = Run(cautious=lambda address: address == HERE)
        replies = run.talk(Tcp("x", port), Certificate("y", port), Udp("z", udp, b""))
        time.sleep(0.05)
    assert {reply.status for reply in replies} == {"excluded"}
    assert reached == []
    assert "caution list" in run.outcomes[0].reason


def test_one_connection_at_a_time_to_a_host() -> None:
    now, most, total, lock = 0, 0, 0, threading.Lock()

    def serve(peer: socket.socket) -> None:
        nonlocal now, most, total
        with lock:
            now, total = now + 1, total + 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1
        peer.sendall(b"hi")

    with tcp_server(serve) as port:
        module, _ = probe(Tcp("a", port), Tcp("b", port))
        Run().run([("test", module, Target(HERE))] * 10)
    assert (most, total) == (1, 20)


def test_hosts_are_asked_side_by_side() -> None:
    hosts = [f"127.0.0.{last}" for last in range(1, 201)]
    run = Run(hosts)
    module, _ = probe(Udp("x", 9, b"", wait=0.4), Tcp("y", 9))
    start = time.monotonic()
    run.run([("test", module, Target(host)) for host in hosts])
    assert len(run.outcomes) == 200
    assert time.monotonic() - start < 40, "one after another they would take 80 seconds and more"


def test_more_dialogues_than_sockets() -> None:
    times: list[float] = []
    with udp_server(lambda sock, body, sender: times.append(time.monotonic())) as port:
        module, _ = probe(Udp("x", port, b"", wait=0.2, retries=0))
        run = Run()
        run.run(("test", module, Target(HERE)) for _ in range(1_500))
    assert len(run.outcomes) == 1_500
    assert {outcome.status for outcome in run.outcomes} == {"silent"}


@pytest.mark.parametrize("hosts", [1, 40])
def test_the_pace_on_the_wire(hosts: int) -> None:
    """Counted as they arrive, by the kernel's clock: 20 a second to one host and 300 in all for `gentle`."""
    times: list[float] = []
    names = [f"127.0.0.{last}" for last in range(1, hosts + 1)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as every:
        every.bind(("0.0.0.0", 0))
        every.settimeout(0.05)
        every.setsockopt(socket.SOL_SOCKET, TIMESTAMPED, 1)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    _, ((_, _, stamp),), _, _ = every.recvmsg(10, 64)
                except TimeoutError:
                    continue
                seconds, nanoseconds = struct.unpack("@ll", stamp)
                times.append(seconds + nanoseconds / 1e9)

        thread = threading.Thread(target=listen)
        thread.start()
        module, _ = probe(*[Udp("x", every.getsockname()[1], b"", wait=0.01, retries=1) for _ in range(8)])
        run = Run(names, profile=PROFILES["gentle"])
        run.run([("test", module, Target(name)) for name in names] * (2 if hosts == 1 else 1))
        over.set()
        thread.join()
    assert len(times) == run.driver.budget.sent == (32 if hosts == 1 else 640)
    busiest = max(sum(start <= at < start + 1 for at in times) for start in times)
    assert busiest <= (21 if hosts == 1 else 315)
    assert busiest >= (10 if hosts == 1 else 100), "it is used: less would only be a machine that has no time"


def test_connections_are_paced_and_booked() -> None:
    with tcp_server(lambda peer: peer.sendall(b"hi")) as port:
        run = Run(profile=PROFILES["normal"])
        start = time.monotonic()
        run.talk(*[Tcp("x", port, b"question")] * 12)
    # SYN, ACK, payload, close, and what the kernel acknowledges: 4 to 6 each of 40 a second.
    assert 48 <= run.driver.budget.sent <= 72
    assert time.monotonic() - start > 44 / 40


class Broken:
    """Asks once, then trips over the answer."""

    def ask(self, target: Target) -> Iterator[Request]:
        yield Tcp("x", 9)
        raise KeyError("planted-secret")


def test_a_bug_in_a_probe_ends_its_dialogue_alone() -> None:
    good, replies = probe(Tcp("x", 9), Tcp("y", 9))
    never = SimpleNamespace(ask=lambda target: 1 / 0)
    nonsense, _ = probe("not a request", Tcp("x", 9))  # type: ignore[arg-type]
    run = Run()
    run.run([("bad", module, Target(HERE)) for module in (Broken(), never, nonsense)] + [("good", good, Target(HERE))])
    faults = [outcome.fault for outcome in run.outcomes if outcome.status == "failed"]
    assert len(faults) == 3
    assert any("probe bad: KeyError at test_driver_rules.py:" in fault for fault in faults)
    assert "planted-secret" not in "".join(faults)
    assert len(replies) == 2


def test_a_dialogue_without_end_is_ended() -> None:
    class Endless:
        def ask(self, target: Target) -> Iterator[Request]:
            while True:
                yield Snmp("again", "get", ("1.3.6.1.2.1.1.1.0",))

    run = Run()
    run.run([("endless", Endless(), Target(HERE))])
    assert run.outcomes[0].status == "cut"
    assert "20000 questions" in run.outcomes[0].reason


def test_interrupted_is_flagged_and_nothing_is_lost() -> None:
    evidence: list[Evidence] = []

    def emit(piece: Evidence) -> None:
        evidence.append(piece)
        if len(evidence) == 4:
            raise KeyboardInterrupt

    with tcp_server(lambda peer: peer.sendall(b"hi")) as port:
        lab = {(f"127.0.0.{last}", 80): (HERE, port) for last in range(1, 10)}
        run = Run(["127.0.0.1-127.0.0.9"], emit=emit, port_map=lab)
        module, _ = probe(*[Tcp("x", 80)] * 3)
        with pytest.raises(KeyboardInterrupt):
            run.run([("test", module, Target(f"127.0.0.{last}")) for last in range(1, 10)])
    cut = [piece for piece in evidence if piece.observation.status == "cut"]
    assert cut
    first = {piece.id for piece in evidence if piece.observation.parent is None}
    assert {piece.observation.parent for piece in cut} <= first
    assert len(run.outcomes) == 9
    assert {outcome.reason for outcome in run.outcomes if outcome.status == "cut"} == {"interrupted"}


def test_a_full_spool_ends_the_run_with_its_own_words() -> None:
    def emit(_: Evidence) -> None:
        raise Trouble("evidence.jsonl", "No space left on device", "free some space")

    run = Run(emit=emit)
    with pytest.raises(Trouble, match="free some space"):
        run.talk(Tcp("x", 9), Tcp("y", 9))
    assert len(run.outcomes) == 1


def test_a_finding_may_call_for_more_work() -> None:
    run = Run()
    more, replies = probe(Tcp("more", 9))
    first, _ = probe(Tcp("x", 9))

    def done(name: str, target: Target, outcome: Any) -> None:
        if name == "first":
            run.driver.add([("second", more, target)])

    run.driver.run([("first", first, Target(HERE))], done)
    assert replies == [Reply("refused")]


def test_the_lab_map_sends_nowhere_else() -> None:
    with tcp_server(lambda peer: peer.sendall(b"lab")) as port:
        run = Run(["10.9.9.1", "10.9.9.2"], port_map={("10.9.9.1", 80): (HERE, port)})
        assert [reply.body for reply in run.talk(Tcp("x", 80), target=Target("10.9.9.1"))] == [b"lab"]
        assert [reply.status for reply in run.talk(Tcp("x", 81), Udp("y", 9, b""), target=Target("10.9.9.1"))] == [
            "refused",
            "refused",
        ]
        assert [reply.status for reply in run.talk(Tcp("x", 80), Udp("y", 9, b""), target=Target("10.9.9.2"))] == [
            "silent",
            "silent",
        ]
        outside = run.talk(Tcp("x", 80), target=Target("10.9.9.3"))
    assert [reply.status for reply in outside] == ["excluded"]
    assert run.evidence[0].observation.target == "10.9.9.1"


def test_the_lab_map_leads_to_loopback_only() -> None:
    with pytest.raises(Trouble, match="not a loopback address"):
        Run(port_map={(HERE, 80): ("10.0.0.1", 80)}).talk(Tcp("x", 80))

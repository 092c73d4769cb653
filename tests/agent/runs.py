"""Runs dialogues through a real Driver on loopback and keeps what came: for the driver's tests."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from agent.ask import Reply, Request, Target
from agent.budget import Budget, Profile
from agent.driver import Driver
from agent.outcome import Outcome
from agent.scope import Scope
from model.evidence import Evidence

HERE = "127.0.0.1"
FREE = Profile("test", 1e6, 1e6, 1e6)  # loopback bothers nobody; pace has tests of its own


def probe(*requests: Request) -> tuple[Any, list[Reply]]:
    """A probe that asks `requests` one after another, and the list its replies go to."""
    replies: list[Reply] = []

    def ask(_: Target) -> Iterator[Request]:
        for request in requests:
            replies.append((yield request))  # type: ignore[misc]

    return SimpleNamespace(ask=ask), replies


class Run:
    """`driver`, and what `talk` brought: `evidence`, `outcomes`."""

    def __init__(
        self, targets: Sequence[str] = (HERE,), profile: Profile = FREE, scope: Scope | None = None, **more: Any
    ) -> None:
        self.evidence: list[Evidence] = []
        self.outcomes: list[Outcome] = []
        scope = scope or Scope.of(targets)
        credentials = more.pop("credentials", ())
        emit = more.pop("emit", self.evidence.append)
        self.driver = Driver(scope, Budget(profile), "tester/lo", credentials, emit, lambda: datetime.now(UTC), **more)

    def talk(self, *requests: Request, target: Target | None = None) -> list[Reply]:
        """The replies to `requests`, asked in one dialogue."""
        module, replies = probe(*requests)
        self.run([("test", module, target or Target(HERE))])
        return replies

    def run(self, work: Any) -> None:
        """Run `work`, keeping the outcomes."""
        self.driver.run(work, lambda _probe, _target, outcome: self.outcomes.append(outcome))


@contextmanager
def tcp_server(serve: Callable[[socket.socket], None], host: str = HERE) -> Iterator[int]:
    """The port of a server that hands each connection to `serve` in a thread of its own, and closes it after."""
    listener = socket.create_server((host, 0))
    over = threading.Event()

    def one(peer: socket.socket) -> None:
        with peer, contextlib.suppress(OSError):  # the client may hang up
            serve(peer)

    def accept() -> None:
        while not over.is_set():
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(peer,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@contextmanager
def udp_server(answer: Callable[[socket.socket, bytes, Any], None], host: str = HERE) -> Iterator[int]:
    """The port of a server that calls `answer(socket, datagram, sender)` for each datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        sock.settimeout(0.05)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    body, sender = sock.recvfrom(65_535)
                except TimeoutError:
                    continue
                answer(sock, body, sender)

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield sock.getsockname()[1]
        finally:
            over.set()
            thread.join()

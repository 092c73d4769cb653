"""What a collector, or whoever sits on the line, may answer: bounded, never followed elsewhere, never a crash."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from agent.deployed import line
from agent.deployed.line import Away, Line, Refused, Way, checked
from agent.deployed.patience import next_turn
from model.trouble import UsageTrouble
from tests.model.test_keys import fresh


@contextmanager
def speaking(answer: bytes, pause: float = 0.0) -> Iterator[tuple[str, list[bytes]]]:
    """A port that says these bytes to whoever connects, whatever is asked."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for _ in range(3):
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    heard.append(client.recv(65_536))
                    time.sleep(pause)
                    with suppress(OSError):
                        client.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (b"", Away),
        (b"\x00\xff" * 40, Away),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nshort", Away),
        (answer("200 OK", b"x" * 5000), Away),  # more than was asked for
        (answer("302 Found", b"", "Location: http://127.0.0.1:1/elsewhere"), Refused),
        (answer("401 Unauthorized", b"<html>a proxy speaks"), Refused),
        (answer("400 Bad", b'{"error":"x","what":"y","remedy":"z","final":true}'), Refused),
        (answer("401 No", b'{"error":"clock","what":"y","remedy":"z","now":"yesterday"}'), Refused),
        (answer("503 Busy", b'{"error":"x","what":"y","remedy":"z"}', "Retry-After: 9999999"), Away),
        (answer("502 Bad Gateway", b"\xff\xfe"), Away),
    ],
)
def test_whatever_is_answered_is_one_of_two_troubles(said: bytes, kind: type[Exception]) -> None:
    with speaking(said) as (url, heard):
        with pytest.raises(kind) as fault:
            Line(Way(url), fresh("ed25519")).ask("GET", "/api/v1/policy", largest=4096)  # type: ignore[arg-type]
        assert "\n" not in str(fault.value) and len(str(fault.value)) < 800
        assert len(heard) == 1 and b"elsewhere" not in heard[0]
        if isinstance(fault.value, Away):
            assert fault.value.after <= line.LONGEST


def test_who_says_nothing_does_not_hold_the_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "READ", 0.3)
    with speaking(answer("200 OK"), pause=60) as (url, _), pytest.raises(Away, match="not reached"):
        Line(Way(url)).ask("GET", "/health")


def test_who_drips_does_not_hold_the_agent_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then, for ever: a run that was to end would never, and its next scan never begin."""
    monkeypatch.setattr(line, "WHOLE", 0.5)
    monkeypatch.setattr(line, "SLOWEST", 1 << 40)
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            client, _ = server.accept()
            with client, suppress(OSError):
                for _ in range(200):
                    client.sendall(b"HTTP/1.1 200 OK\r\nX: " if not ended.is_set() else b"x")
                    ended.set()
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        with pytest.raises(Away):
            Line(Way(f"http://127.0.0.1:{server.getsockname()[1]}")).ask("GET", "/")


def test_a_nonce_and_a_time_of_its_own_for_each_request() -> None:
    with speaking(answer("200 OK", b"{}")) as (url, heard):
        one = Line(Way(url), fresh("ed25519"))  # type: ignore[arg-type]
        for _ in range(2):
            one.ask("POST", "/api/v1/heartbeat", b"{}")
    signed = [row for data in heard for row in data.decode().split("\r\n") if row.startswith("Authorization: Laydown ")]
    assert len(set(signed)) == 2 and all(b"laydown" in data and b"python" not in data.lower() for data in heard)


@pytest.mark.parametrize(
    "url", ["ftp://x", "https://", "collector", "https://u:p@x", "https://x/?q", "http://10.0.0.1"]
)
def test_no_address_of_a_collector(url: str) -> None:
    with pytest.raises(UsageTrouble) as fault:
        checked(Way(url))
    assert "u:p" not in str(fault.value) or url in str(fault.value)


def test_turns_wait_longer_unevenly_and_no_longer_than_an_hour() -> None:
    for failures in range(20):
        waits = [next_turn(failures) for _ in range(50)]
        assert len(set(waits)) > 40 and all(0.75 * 30 <= wait <= 3600 for wait in waits)
    assert max(next_turn(0) for _ in range(50)) < min(next_turn(2) for _ in range(50))
    assert next_turn(0, asked=1800) == 1800

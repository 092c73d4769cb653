"""The lab's own log: one JSON line for each connection, request and datagram that reached a simulated port."""

import time
from pathlib import Path

import msgspec


class Event(msgspec.Struct, frozen=True):
    """`at`: seconds since the lab started; `peer`: who; `event`: what happened."""

    at: float
    device: str
    protocol: str
    port: int
    peer: str
    event: str


class Record:
    """Appends events to a file; each is on disk when `note` returns, so a test can read while the lab runs."""

    def __init__(self, path: Path) -> None:
        self._out, self._started = path.open("ab", buffering=0), time.monotonic()

    def clock(self) -> float:
        """Seconds since the lab started."""
        return time.monotonic() - self._started

    def note(self, device: str, protocol: str, port: int, peer: str, event: str) -> None:
        made = Event(round(self.clock(), 3), device, protocol, port, peer, event)
        self._out.write(msgspec.json.encode(made) + b"\n")

    def close(self) -> None:
        self._out.close()


def events(path: Path) -> list[Event]:
    """All events of a log file."""
    return [msgspec.json.decode(line, type=Event) for line in path.read_bytes().splitlines()]

"""`python -m agent.wire`: read jobs on standard input, send their frames, write back what answered.

The first message is `hello`: `targets` and `exclude` as ranges, and `ceiling`, the most frames a second. They hold for the process's life
and are enforced here, whatever a job says. A job names one of the KINDS; its frame is built here, so no other frame can leave.
"""

import os
import select
import signal
import sys
from typing import BinaryIO

from agent.wire import frames, link, pipe, ranges
from agent.wire.pipe import Message
from agent.wire.sweep import Job, Sweep

LONGEST_WAIT, MOST_RETRIES = 10.0, 3
KINDS = ("arp",)


class Refused(Exception):
    """A job that this process will not do."""


class Wire:
    """`limits`: what `hello` allowed."""

    def __init__(self, inward: BinaryIO, outward: BinaryIO) -> None:
        self.inward, self.outward = inward, outward
        self.allowed: ranges.Ranges = []
        self.ceiling = 0.0

    def serve(self) -> None:
        """Answer messages until the pipe ends."""
        while (message := pipe.receive(self.inward)) is not None:
            header = message[0]
            try:
                self._answer(header)
            except (Refused, ValueError, TypeError, KeyError) as fault:
                self._say(event="refused", job=header.get("job"), reason=str(fault) or type(fault).__name__)
            except OSError as fault:
                self._say(event="failed", job=header.get("job"), reason=fault.strerror or str(fault))

    def _answer(self, header: Message) -> None:
        match header.get("do"):
            case "hello":
                self._hello(header)
            case kind if kind in KINDS:
                self._arp(header)
            case "stop":  # of a job that has just ended
                pass
            case other:
                raise Refused(f"{other!r} is no job of this process")

    def _hello(self, header: Message) -> None:
        if self.ceiling:
            raise Refused("the limits are set once")
        self.allowed = ranges.minus(ranges.read(header["targets"]), ranges.read(header["exclude"]))
        self.ceiling = float(header["ceiling"])
        self._say(event="ready", lacks=link.may_open())

    def _arp(self, header: Message) -> None:
        name, source = str(header["interface"]), str(header["source"])
        if source not in link.addresses_of(name):
            raise Refused(f"{source} is no address of {name}")
        job = self._job(header, frames.arp(link.mac_of(name), source))
        line = link.Link(name, frames.ARP, frames.answers_only())
        try:
            sweep = Sweep(job, line, lambda: link.alive(name), self._told_to_stop)
            for batch in sweep.run():
                self._report(header, sweep, batch)
        finally:
            line.close()
        counts = {"sent": sweep.sent, "asked": sweep.asked_ranges(), "elsewhere": sweep.elsewhere}
        self._say(event="done", job=header.get("job"), stopped=sweep.stopped, **counts)

    def _job(self, header: Message, frame: frames.Frame) -> Job:
        wanted = ranges.read(header["addresses"])
        beyond = ranges.minus(wanted, self.allowed)
        if beyond:
            raise Refused(f"{ranges.size(beyond)} of the addresses are outside the scope given at the start")
        rate, wait, retries = float(header["rate"]), float(header.get("wait", 1.0)), int(header.get("retries", 1))
        if not 0 < rate <= self.ceiling:
            raise Refused(f"{rate:g} frames a second are more than the {self.ceiling:g} given at the start")
        return Job(frame, wanted, rate, min(max(wait, 0.0), LONGEST_WAIT), min(max(retries, 0), MOST_RETRIES))

    def _report(self, header: Message, sweep: Sweep, batch: list[tuple[int, bytes]]) -> None:
        body = b"".join(number.to_bytes(4, "big") + mac for number, mac in batch)
        pipe.send(self.outward, {"event": "heard", "job": header.get("job"), "so_far": sweep.asked}, body)

    def _say(self, **header: object) -> None:
        pipe.send(self.outward, header)

    def _told_to_stop(self) -> bool:
        """Whatever arrives in mid-job, and the end of the pipe above all, means stop: no frame leaves for a program that is gone."""
        return bool(select.select([self.inward], [], [], 0)[0])


def _alone() -> None:
    """scapy by itself: it takes cryptography along where that is installed, and makes folders in the user's home."""
    sys.modules["cryptography"] = None  # type: ignore[assignment]
    os.environ["XDG_CACHE_HOME"] = os.environ["XDG_CONFIG_HOME"] = os.devnull


def main() -> None:
    """Serve standard input. Ctrl-C is the program's business: it stops us by closing the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _alone()
    try:
        Wire(sys.stdin.buffer, sys.stdout.buffer).serve()
    except (BrokenPipeError, ValueError):
        sys.exit(1)


if __name__ == "__main__":
    main()

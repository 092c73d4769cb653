"""`python -m agent.wire`: read jobs on standard input, send their frames, write back what answered.

The first message is `hello`: `targets` and `exclude` as ranges, and `ceiling`, the most frames a second. They hold for the process's life
and are enforced here, whatever a job says. A job is `arp`, `nodes` or `listen`; its frame is built here, so no other frame can leave,
and `listen` sends none.
"""

import os
import select
import signal
import sys
import time
from typing import BinaryIO

from agent.wire import ear, frames, heard, link, nodes, pipe, ranges
from agent.wire.pipe import Message
from agent.wire.sweep import Job, Sweep

LONGEST_WAIT, MOST_RETRIES = 10.0, 3


class Refused(Exception):
    """A job that this process will not do."""


class Wire:
    """`limits`: what `hello` allowed."""

    def __init__(self, inward: BinaryIO, outward: BinaryIO) -> None:
        self.inward, self.outward = inward, outward
        self.allowed: ranges.Ranges = []
        self.ceiling = 0.0
        self._asked_all: dict[str, float] = {}

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
            case "arp":
                self._arp(header)
            case "nodes":
                self._nodes(header)
            case "listen":
                self._listen(header)
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

    def _nodes(self, header: Message) -> None:
        name, wait = str(header["interface"]), min(max(float(header["wait"]), 0.0), LONGEST_WAIT)
        if not self.ceiling:
            raise Refused("no limits were set")
        now = time.monotonic()
        if now - self._asked_all.get(name, -nodes.BETWEEN) < nodes.BETWEEN:
            raise Refused(f"all nodes of {name} were asked less than {nodes.BETWEEN:g} s ago")
        mark = nodes.mark()
        frame = nodes.question(bytes.fromhex(link.mac_of(name).replace(":", "")), nodes.own_address(name), mark)
        self._asked_all[name] = now
        line = link.Link(name, nodes.IPV6, nodes.answers_only(mark))
        try:
            job = nodes.Nodes(line, lambda: link.alive(name), self._told_to_stop)
            for batch in job.gather(frame, mark, wait):
                pipe.send(self.outward, {"event": "heard", "job": header.get("job")}, b"".join(a + m for a, m in batch))
        finally:
            line.close()
        self._say(event="done", job=header.get("job"), stopped=job.stopped)

    def _listen(self, header: Message) -> None:
        known = ear.program(header["filter"])
        line = ear.Ear(str(header["interface"]), known, header.get("promiscuous") is True)
        try:
            job = ear.Listening(line, self._told_to_stop)
            for batch in job.run():
                told = {"event": "heard", "job": header.get("job"), "dropped": job.dropped}
                pipe.send(self.outward, told, heard.packed(batch))
        finally:
            line.close()
        counts = {"received": job.received, "dropped": job.dropped, "downs": job.downs}
        self._say(event="done", job=header.get("job"), stopped=job.stopped, **counts)

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

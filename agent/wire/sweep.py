"""Ask many addresses of one link, evenly paced; stop by itself when the link or all its answers are gone."""

import select
import struct
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from agent.wire.frames import Frame, reply_of
from agent.wire.pace import Pace
from agent.wire.ranges import Ranges, each, holds, joined, minus, size

SPEAK = 0.5  # seconds between two batches, empty ones if nothing came: the program shows how far the sweep is
SILENT_RUN, SILENT_TIME = (
    200,
    1.0,
)  # asked without any answer, and seconds without one, before answered hosts are asked again
MACS_EACH = 8  # MACs of one address that are told: two are a conflict, more are somebody's lies
WITNESSES = 3  # hosts that answered before and are asked again
PORT_SHUT = "all answers stopped in mid-sweep, also from hosts that had answered: the switch may have shut this port or blocked its ARP"
LINK_GONE = "the link went down in mid-sweep: the switch may have shut this port"

Pair = tuple[int, bytes]
"""(address, MAC)"""


class Line(Protocol):
    """What a sweep needs of a link."""

    def send(self, frame: bytes | bytearray) -> None: ...
    def received(self) -> list[bytes]: ...
    def fileno(self) -> int: ...


class Job(NamedTuple):
    """Ask `wanted` with `frame`, `rate` a second, those that are silent again `retries` times, and wait `wait` seconds for the last."""

    frame: Frame
    wanted: Ranges
    rate: float
    wait: float = 1.0
    retries: int = 1


class Sweep:
    """One job under way. After `run`: `sent` frames, `asked` in order, `pairs` heard, `elsewhere` replies not asked for, `stopped` why."""

    def __init__(self, job: Job, line: Line, alive: Callable[[], bool], told_to_stop: Callable[[], bool]) -> None:
        self.job, self.line, self._alive, self._told_to_stop = job, line, alive, told_to_stop
        self.sent = self.asked = self.elsewhere = 0
        self.pairs: dict[Pair, None] = {}
        self.stopped = ""
        self._buffer = bytearray(job.frame.template)
        self._answered: dict[int, None] = {}
        self._fresh: list[Pair] = []
        self._macs: dict[int, int] = {}
        self._lately, self._since = 0, time.monotonic()  # asked since an answer came, and when it came
        self._spoke = time.monotonic()
        self._pace = Pace(job.rate, time.monotonic())

    def run(self) -> Iterator[list[Pair]]:
        """Batches of new (address, MAC) pairs as they come."""
        try:
            for turn in range(1 + self.job.retries):
                yield from self._pass(turn == 0)
                yield from self._listen(self.job.wait)
                if self.stopped or size(self.job.wanted) == len(self._answered):
                    break
        except OSError:
            self.stopped = LINK_GONE
        yield from self._batch()

    def asked_ranges(self) -> Ranges:
        """The addresses asked at least once."""
        left, found = self.asked, []
        for first, last in self.job.wanted:
            if left > 0:
                found.append((first, min(last, first + left - 1)))
            left -= last - first + 1
        return found

    def _pass(self, first: bool) -> Iterator[list[Pair]]:
        silent = joined((number, number) for number in self._answered)
        addresses = each(self.job.wanted if first else minus(self.job.wanted, silent))
        more = True
        while more and not self.stopped:
            due = self._pace.due(time.monotonic())
            more = self._burst(addresses, due, first)
            self._hear(self._pace.wait(time.monotonic()))
            yield from self._batch()
            self._check()

    def _burst(self, addresses: Iterator[int], due: int, first: bool) -> bool:
        buffer, patch, send = self._buffer, self.job.frame.patch, self.line.send
        for done in range(due):
            number = next(addresses, None)
            if number is None:
                self._pace.give_back(due - done)
                return False
            struct.pack_into(">I", buffer, patch, number)
            send(buffer)
            self.sent += 1
            self._lately += 1
            self.asked += first
        return True

    def _listen(self, seconds: float) -> Iterator[list[Pair]]:
        until = time.monotonic() + seconds
        while not self.stopped and (left := until - time.monotonic()) > 0:
            self._hear(min(left, 0.2))
            yield from self._batch()
            if not self._alive():
                self.stopped = LINK_GONE
            elif self._told_to_stop():
                self.stopped = "stopped by the program"

    def _hear(self, seconds: float) -> None:
        """Wait up to `seconds` for frames and take in what is there."""
        if seconds > 0.0005:
            select.select([self.line.fileno()], [], [], min(seconds, 0.2))
        for frame in self.line.received():
            heard = reply_of(frame)
            if heard is not None:
                self._take(*heard)

    def _take(self, number: int, mac: bytes) -> None:
        if not holds(self.job.wanted, number):
            self.elsewhere += 1
            return
        self._lately, self._since = 0, time.monotonic()
        self._answered[number] = None
        # A bound for each address: one that answers with ever new MACs takes no room from the others.
        if (number, mac) not in self.pairs and self._macs.get(number, 0) < MACS_EACH:
            self._macs[number] = self._macs.get(number, 0) + 1
            self.pairs[number, mac] = None
            self._fresh.append((number, mac))

    def _batch(self) -> Iterator[list[Pair]]:
        if self._fresh or time.monotonic() - self._spoke > SPEAK:
            fresh, self._fresh, self._spoke = self._fresh, [], time.monotonic()
            yield fresh

    def _check(self) -> None:
        if self._told_to_stop():
            self.stopped = "stopped by the program"
        elif not self._alive():
            self.stopped = LINK_GONE
        elif self._answered and self._lately >= SILENT_RUN and time.monotonic() - self._since > SILENT_TIME:
            self._ask_again()

    def _ask_again(self) -> None:
        """A long silence may only mean empty addresses: hosts that answered before must answer now, or the port is shut."""
        before, heard_at = list(self._answered)[-WITNESSES:], self._since
        until = 0.0
        for number in before * (1 if len(before) > 1 else WITNESSES):
            time.sleep(self._pace.wait(time.monotonic()))
            self._pace.due(time.monotonic())
            struct.pack_into(">I", self._buffer, self.job.frame.patch, number)
            self.line.send(self._buffer)
            self.sent += 1
            until = time.monotonic() + self.job.wait
        while self._since == heard_at and (left := until - time.monotonic()) > 0:
            self._hear(left)
        if self._since == heard_at:
            self.stopped = PORT_SHUT
        self._lately = 0

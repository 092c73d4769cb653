"""Hear frames until told to stop: each page of evidence is on disk within seconds, and Ctrl-C ends the run, not the evidence."""

import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

from agent.frames._pages import MOST_BYTES, Page, Pages, evidence, unreadable
from agent.listen.order import Order
from agent.listen.servers import is_segment, spoken
from agent.progress import Shown
from agent.wire.heard import Batch
from agent.words import many
from model.evidence import Evidence, Observation
from model.trouble import Trouble

FLUSH = 4.0  # seconds that a frame may wait for its page
TELL = 30.0  # seconds between two lines about how it goes
INTERRUPTED = "interrupted by the user"
FULL = "as much was kept as one run may keep: listen again into the same folder"


class Hearing:
    """One run's frames on their way to disk. After `go`: `stopped` why it ended before its time ("" if it did not), and `told`."""

    def __init__(self, order: Order, base: Observation, emit: Callable[[Evidence], None], show: Shown) -> None:
        """`base`: the observation that every page is a copy of. `emit` brings evidence to disk."""
        self._order, self._base, self._emit, self._show = order, base, emit, show
        self.pages = Pages()
        self.heard = self.dropped = self.broken = 0
        self.stopped = ""
        self.seconds = 0.0
        self._told_to_stop = False
        self._flushed = self._spoke = 0.0

    def go(self, batches: Iterable[Batch], hush: Callable[[], None]) -> None:
        """Take in all batches; `hush` ends them when the time is over or somebody says so."""
        began = self._flushed = self._spoke = time.monotonic()
        hushed = False
        try:
            with self._signals():
                for batch in batches:
                    self._take(batch)
                    self.seconds = time.monotonic() - began
                    self._due(began + self.seconds)
                    if not hushed and self._over():
                        hushed = True
                        hush()
        except KeyboardInterrupt:
            self.stopped = INTERRUPTED
        except Trouble as trouble:
            self.stopped = f"{trouble.where}: {trouble.what}"
        finally:
            self._keep(self.pages.flush())

    def _over(self) -> bool:
        """Whether to end, for whichever reason; `stopped` says so where it is not the one that was agreed."""
        limit = self._order.seconds
        if self.pages.size > MOST_BYTES:
            self.stopped = FULL
        elif self._told_to_stop and limit:
            self.stopped = INTERRUPTED
        return bool(self.stopped) or self._told_to_stop or bool(limit and self.seconds >= limit)

    def _take(self, batch: Batch) -> None:
        self.heard += len(batch.frames)
        self.dropped = self.dropped if batch.dropped is None else batch.dropped
        for at, length, data in batch.frames:
            if is_segment(data):
                data = spoken(data)  # what a server said to somebody: its head alone may be kept
            if data:
                self._keep(self.pages.add(at, length, data))

    def _due(self, now: float) -> None:
        if now - self._flushed >= FLUSH:
            self._flushed = now
            self._keep(self.pages.flush())
        if now - self._spoke >= TELL:
            self._spoke = now
            self._show.say(f"{self._order.interface}: {self.told()}")

    def _keep(self, pages: Iterator[Page]) -> None:
        for page in pages:
            one = evidence(self._base, page)
            self._emit(one)
            self.broken += unreadable(one)

    def told(self) -> str:
        """The counts in words."""
        held = self.pages
        counts = [
            f"listened {self.seconds:.0f} s",
            f"{many(held.kept, 'frame')} kept",
            f"{held.repeated:,} repeated",
            *([f"{held.beyond:,} beyond what is kept of one sender"] if held.beyond else []),
            f"{self.dropped:,} lost",
            f"{self.broken:,} not readable and kept as they came",
        ]
        return ", ".join(counts)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Ctrl-C and SIGTERM are a wish, so that what is on its way still arrives; the second one is obeyed at once."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self._told_to_stop:
            raise KeyboardInterrupt
        self._told_to_stop = True

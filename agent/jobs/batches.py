"""Batches that the wire process brings: one a turn of the loop, so that other dialogues go on between them."""

from collections.abc import Callable, Iterator

from agent.reactor import Reactor
from model.trouble import Trouble

Pairs = list[tuple[str, str]]  # (address, MAC)


class Batches:
    """`keep(pairs)` for each batch, then `over(fault)` once: "" where it came to its end."""

    def __init__(
        self, reactor: Reactor, batches: Iterator[Pairs], keep: Callable[[Pairs], None], over: Callable[[str], None]
    ) -> None:
        self._reactor, self._batches, self._keep, self._over = reactor, batches, keep, over

    def pull(self) -> None:
        """Fetch the next one now, the others by themselves."""
        try:
            batch = next(self._batches, None)
        except Trouble as fault:
            self._over(str(fault))
            return
        if batch is None:
            self._over("")
            return
        self._keep(batch)
        self._reactor.later(0.0, self.pull)

    def stop(self) -> None:
        """The wire process is told by closing its batches."""
        close = getattr(self._batches, "close", None)
        if close is not None:
            close()

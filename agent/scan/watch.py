"""Whether this machine's links are still there: a switch that shuts its port must not be knocked at again."""

from collections.abc import Callable, Iterable

from agent.exchange.sweep import SHUT
from agent.outcome import Stopped
from agent.wire.link import alive

PATIENCE = 2  # looks in a row, a second apart: the wire process, which looks more often, may tell it first


class Watch:
    """Called about every second while anything is under way. Stopped names a link that was up and is no longer."""

    def __init__(self, interfaces: Iterable[str], alive: Callable[[str], bool] = alive) -> None:
        self._alive = alive
        self._down = {name: 0 for name in interfaces if alive(name)}

    def __call__(self) -> None:
        for name, times in self._down.items():
            self._down[name] = 0 if self._alive(name) else times + 1
            if self._down[name] >= PATIENCE:
                raise Stopped(f"{name}: {SHUT}")

"""What a person sees while a scan runs: bars on a terminal, plain lines elsewhere; always on standard error."""

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from agent.words import plain

if TYPE_CHECKING:
    from rich.progress import TaskID

BETWEEN = 5.0  # seconds between two plain lines of one stage


class Shown(Protocol):
    """Where a run tells how far it is."""

    def stage(self, name: str, total: int) -> None:
        """`name` begins, over `total` targets."""

    def grow(self, name: str, count: int) -> None:
        """`count` more targets are to be asked."""

    def step(self, name: str, count: int) -> None:
        """`count` more targets of it are done."""

    def say(self, text: str) -> None:
        """A line that stays."""

    def close(self) -> None:
        """No more is shown."""


def shown(quiet: bool = False) -> Shown:
    """Bars if standard error is a terminal."""
    return Bars() if sys.stderr.isatty() and not quiet else Lines(quiet)


class Lines:
    """A line when a stage begins and now and then while it lasts."""

    def __init__(self, quiet: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._quiet, self._clock = quiet, clock
        self._stages: dict[str, list[float]] = {}  # name: [total, done, last said]
        self._grown: set[str] = set()  # their end is not known until all is over

    def stage(self, name: str, total: int) -> None:
        self._stages[name] = [total, 0, self._clock()]
        if total:
            self._put(f"{name}: {total:,} to ask")

    def grow(self, name: str, count: int) -> None:
        self._stages[name][0] += count
        self._grown.add(name)

    def step(self, name: str, count: int) -> None:
        found = self._stages.get(name)
        if found is None:
            return
        if not count:
            return
        found[1] += count
        found[0] = max(found[0], found[1])  # hosts that tables told of later are counted here too
        if self._clock() - found[2] > BETWEEN or (found[1] == found[0] > 0 and name not in self._grown):
            found[2] = self._clock()
            self._put(f"{name}: {int(found[1]):,} of {int(found[0]):,}")

    def say(self, text: str) -> None:
        sys.stderr.write(f"laydown: {plain(text)}\n")
        sys.stderr.flush()

    def close(self) -> None:
        self._stages.clear()

    def _put(self, text: str) -> None:
        if not self._quiet:
            self.say(text)


class Bars:
    """A bar a stage."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description:28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress: Progress = Progress(*columns, console=Console(stderr=True), refresh_per_second=4)
        self._tasks: dict[str, TaskID] = {}
        self._progress.start()

    def stage(self, name: str, total: int) -> None:
        self._tasks[name] = self._progress.add_task(name, total=total)

    def grow(self, name: str, count: int) -> None:
        task = self._progress.tasks[self._tasks[name]]
        self._progress.update(task.id, total=(task.total or 0) + count)

    def step(self, name: str, count: int) -> None:
        if name in self._tasks:
            task = self._progress.tasks[self._tasks[name]]
            done = task.completed + count
            self._progress.update(task.id, completed=done, total=max(task.total or 0, done))

    def say(self, text: str) -> None:
        self._progress.console.print(plain(text), highlight=False, markup=False)

    def close(self) -> None:
        self._progress.stop()

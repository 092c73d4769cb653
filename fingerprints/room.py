"""Room: where assessing lays aside what it cannot hold at once. In memory here; a caller with a disk brings one that spills."""

from collections.abc import Iterator
from typing import Protocol

from model.claims import Fact


class Sorter(Protocol):
    """Lines in, the same lines in the order of their octets out."""

    def add(self, line: bytes) -> None:
        """Take a line that holds no newline."""

    def __iter__(self) -> Iterator[bytes]:
        """All lines in order, without newlines. Asked for once, after the last `add`."""


class Shelf(Protocol):
    """Facts put aside under a number, until they are asked for again."""

    def put(self, facts: list[Fact]) -> int:
        """The number under which these facts are found again."""

    def get(self, number: int) -> list[Fact]:
        """The facts, in the order they were put."""


class Room:
    """Room in memory: enough for a site whose evidence fits there."""

    def sorter(self) -> Sorter:
        """An empty one."""
        return _Lines()

    def shelf(self) -> Shelf:
        """An empty one."""
        return _Facts()


class _Lines:
    def __init__(self) -> None:
        self._held: list[bytes] = []

    def add(self, line: bytes) -> None:
        self._held.append(line)

    def __iter__(self) -> Iterator[bytes]:
        self._held.sort()
        return iter(self._held)


class _Facts:
    def __init__(self) -> None:
        self._held: list[list[Fact]] = []

    def put(self, facts: list[Fact]) -> int:
        self._held.append(facts)
        return len(self._held) - 1

    def get(self, number: int) -> list[Fact]:
        return self._held[number]

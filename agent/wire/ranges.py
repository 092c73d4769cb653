"""Sets of version 4 addresses as sorted lists of [first, last] integers: the wire process's own check of the scope."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

Ranges = list[tuple[int, int]]
HIGHEST = 2**32 - 1


def read(told: Any) -> Ranges:
    """The ranges of a message, joined and sorted; ValueError unless they are pairs of version 4 addresses as integers."""
    if not isinstance(told, list):
        raise ValueError("ranges are a list")
    pairs = [_pair(item) for item in told]
    return joined(pairs)


def _pair(item: Any) -> tuple[int, int]:
    if not isinstance(item, list) or len(item) != 2 or not all(type(end) is int for end in item):
        raise ValueError("a range is two integers")
    first, last = item
    if not 0 <= first <= last <= HIGHEST:
        raise ValueError("a range runs from low to high within version 4")
    return first, last


def joined(pairs: Iterable[tuple[int, int]]) -> Ranges:
    """Sorted and disjoint."""
    done: Ranges = []
    for first, last in sorted(pairs):
        if done and first <= done[-1][1] + 1:
            done[-1] = (done[-1][0], max(last, done[-1][1]))
        else:
            done.append((first, last))
    return done


def minus(these: Ranges, those: Ranges) -> Ranges:
    """`these` without `those`; both sorted and disjoint."""
    left: Ranges = []
    for first, last in these:
        at = first
        for low, high in those:
            if high < at or low > last:
                continue
            if low > at:
                left.append((at, low - 1))
            at = high + 1
        if at <= last:
            left.append((at, last))
    return left


def size(these: Ranges) -> int:
    """How many addresses."""
    return sum(last - first + 1 for first, last in these)


def holds(these: Ranges, number: int) -> bool:
    """Whether `number` lies in sorted, disjoint `these`."""
    at = bisect_right(these, (number, HIGHEST)) - 1
    return at >= 0 and number <= these[at][1]


def each(these: Ranges) -> Iterator[int]:
    """Every address in order."""
    for first, last in these:
        yield from range(first, last + 1)

"""Sets that say something of one thing: whether they hang together, or into how many things they fall."""

from collections.abc import Iterable
from typing import Any


def chained(sets: Iterable[set[Any]]) -> bool:
    """Whether the sets that say anything hang together: a stack has two serials, each of its units one of them."""
    return parts(sets) <= 1


def parts(sets: Iterable[set[Any]], most: int = 1) -> int:
    """Into how many parts the sets that say anything fall, none of which has a word of another; counted until they are more than `most`."""
    left, found = [one for one in sets if one], 0
    while left and found <= most:
        held, found = left.pop(), found + 1
        while near := [one for one in left if one & held]:
            held = held.union(*near)
            left = [one for one in left if not one & held]
    return found

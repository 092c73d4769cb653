"""Patience on a bad line: tries again within a turn with growing, uneven waits; and how long until the next turn."""

from collections.abc import Callable
from random import uniform
from typing import TypeVar

import stamina
from stamina.instrumentation import set_on_retry_hooks

from agent.deployed.line import Away

TRIES, WITHIN = 6, 90.0  # of one request, and seconds, before the turn gives up
FIRST, MOST = 0.2, 15.0  # seconds between tries
TURN, LONGEST = 30.0, 3600.0  # seconds between turns that reached nobody
Given = TypeVar("Given")
set_on_retry_hooks([])  # its own would log what was called with what


def patiently(ask: Callable[[], Given]) -> Given:
    """`ask()`, again while it is Away and says nothing of when to come. Away once patience is over."""
    for attempt in stamina.retry_context(
        on=_again, attempts=TRIES, timeout=WITHIN, wait_initial=FIRST, wait_max=MOST, wait_jitter=FIRST
    ):
        with attempt:
            return ask()
    raise AssertionError("the last attempt returns or raises")


def _again(fault: Exception) -> bool | float:
    """Whether at once-and-a-bit, or in how many seconds; a collector that asks for more than patience has ends the turn."""
    if not isinstance(fault, Away):
        return False
    if fault.after > MOST:
        return False
    return fault.after or True


def next_turn(failures: int, asked: float = 0.0) -> float:
    """Seconds until the next turn after so many that reached nobody: twice as long each time, up to an hour, a quarter of it by lot."""
    wait = min(LONGEST, TURN * 2.0 ** min(failures, 12))
    return max(asked, wait * uniform(0.75, 1.0))

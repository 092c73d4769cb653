"""Passwords are looked at two at a time: each takes a core for 30 ms, and 19 MiB. Few may wait, strangers fewer than who is known."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from collector.refused import Refused

AT_ONCE, STRANGERS, KNOWN = 2, 6, 18  # at work; and together with those that wait
BUSY = Refused(503, "busy", "many sign in at this moment", "try again in a few seconds", wait=5)
_work = threading.Semaphore(AT_ONCE)
_lock = threading.Lock()
_here = 0


@contextmanager
def turn(known: bool) -> Iterator[None]:
    """Wait for one's turn; Refused where too many do. `known`: their place or their second factor says that it is they."""
    _come(KNOWN if known else STRANGERS)
    try:
        with _work:
            yield
    finally:
        _gone()


def _come(most: int) -> None:
    global _here
    with _lock:
        if _here >= most:
            raise BUSY
        _here += 1


def _gone() -> None:
    global _here
    with _lock:
        _here -= 1

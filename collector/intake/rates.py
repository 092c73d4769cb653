"""How much each may do in a while: a bucket that fills steadily; who empties it is asked to wait, and nobody else is."""

import threading
from time import monotonic

from collector.refused import Refused

MOST = 100_000  # whose buckets are held at once; the fullest are forgotten first: they say nothing


class Rates:
    """`requests` units in `seconds`, for each name by itself."""

    def __init__(self, requests: int, seconds: float) -> None:
        self._most, self._rate = float(requests), requests / seconds
        self._held: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, name: str, units: int) -> None:
        """Take units out; Refused with the seconds to wait where there are not enough."""
        now = monotonic()
        with self._lock:
            left, at = self._held.get(name, (self._most, now))
            left = min(self._most, left + (now - at) * self._rate)
            if left < units:
                self._held[name] = (left, now)
                wait = int((min(units, self._most) - left) / self._rate) + 1
                raise Refused(429, "rate", "too much in too short a time", f"wait {wait} s", wait=wait)
            self._held[name] = (left - units, now)
            if len(self._held) > MOST:
                self._forget(now)

    def _forget(self, now: float) -> None:
        full = [name for name, (left, at) in self._held.items() if left + (now - at) * self._rate >= self._most]
        for name in full or list(self._held)[: MOST // 2]:
            del self._held[name]

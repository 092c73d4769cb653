"""When the next frames may leave. Time is an argument."""

CATCH_UP = 0.01  # seconds of lateness that may be made up at once: what a sleep overshoots, never a burst to be noticed
BURST = 256  # frames sent between two looks at what came in


class Pace:
    """`rate` frames a second, evenly spaced: slow rates never make up for lateness."""

    def __init__(self, rate: float, now: float) -> None:
        self.step = 1 / rate
        self._late = CATCH_UP if self.step < CATCH_UP else 0.0
        self._next = now

    def due(self, now: float) -> int:
        """How many frames may leave now; they count as sent."""
        self._next = max(self._next, now - self._late)
        count = min(BURST, int((now - self._next) / self.step) + 1 if now >= self._next else 0)
        self._next += count * self.step
        return count

    def give_back(self, count: int) -> None:
        """`count` frames that were due were not needed."""
        self._next -= count * self.step

    def wait(self, now: float) -> float:
        """Seconds until the next frame may leave."""
        return max(0.0, self._next - now)

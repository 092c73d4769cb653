"""A share n/N with its 95 % interval after Wilson (1927); under ten nothing is claimed."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

Z = 1.959964  # the normal distribution's 97.5 % point
FEWEST = 10


class Share(NamedTuple):
    """`hits` of `asked`."""

    hits: int
    asked: int

    def interval(self) -> tuple[float, float]:
        """Lower and upper bound, 0 to 1; (0, 1) where nothing was asked."""
        if not self.asked:
            return 0.0, 1.0
        p, n = self.hits / self.asked, self.asked
        middle, wide = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(0.0, (middle - wide) / (1 + Z * Z / n)), min(1.0, (middle + wide) / (1 + Z * Z / n))

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.hits}/{self.asked} = {self.hits / max(1, self.asked):.3f} ({low:.3f} to {high:.3f})"


def measured(share: Share) -> str:
    """The share of one maker, or that it was not measured."""
    return str(share) if share.asked >= FEWEST else f"{share.hits}/{share.asked}: not measured"

"""How long the program takes to say its help, against an empty click command and an empty Python."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.bench.rows import LAYDOWN, Row, median_wall, row

TITLE = "start-up"
CLICK = "import click; click.command()(lambda: None).main(['--help'])"


def measure() -> Iterator[Row]:
    """Medians of 7 runs, wall time."""
    yield row("an empty Python", median_wall(sys.executable, "-c", "pass") * 1000, "ms")
    yield row("bare click --help", median_wall(sys.executable, "-c", CLICK) * 1000, "ms")
    yield row("laydown --help", median_wall(*LAYDOWN, "--help") * 1000, "ms", 150)
    yield row("laydown scan --help", median_wall(*LAYDOWN, "scan", "--help") * 1000, "ms", 150)

"""How fast the registry says who registered an address: the rows of tests/bench/registry.py for the table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fingerprints import registry
from tests.bench.registry import LOOK_UPS, addresses, ask_all
from tests.bench.rows import Row, best_of, row

TITLE = "registry"


def measure() -> Iterator[Row]:
    """Rates are of one core, best of several rounds."""
    yield row("load the registry", best_of(lambda: registry.load(registry.SHIPPED)) * 1000, "ms")
    held = registry.load(registry.SHIPPED)
    prefixes = [
        f"{n:0{digits}x}" for table, digits in ((held.by_24, 6), (held.by_28, 7), (held.by_36, 9)) for n in table
    ]
    macs = addresses(prefixes, LOOK_UPS)
    rate = LOOK_UPS / best_of(partial(ask_all, held.registrant, macs))
    yield row("look-ups in a second, all blocks alike", rate, "/s", 1_000_000, least=True)

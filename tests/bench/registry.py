"""How fast the registry loads and answers: prints milliseconds and look-ups a second, best of several rounds.

python tests/bench/registry.py
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
LOOK_UPS = 200_000


def best_of(work: Callable[[], object]) -> float:
    """The shortest of several rounds, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def ask_all(ask: Callable[[Any], object], questions: Iterable[Any]) -> None:
    """Ask each question once and drop the answer."""
    for question in questions:
        ask(question)


def addresses(prefixes: list[str], count: int) -> list[str]:
    """Distinct random addresses, each in one of the blocks."""
    chance = random.Random(1)
    digits = (prefix + f"{chance.getrandbits(48):012x}"[len(prefix) :] for prefix in chance.choices(prefixes, k=count))
    return [":".join(text[place : place + 2] for place in range(0, 12, 2)) for text in digits]


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from fingerprints import registry

    loaded = registry.load(registry.SHIPPED)
    print(f"load: {best_of(lambda: registry.load(registry.SHIPPED)) * 1000:.0f} ms")
    every = {
        "24-bit blocks": [f"{prefix:06x}" for prefix in loaded.by_24],
        "28-bit blocks": [f"{prefix:07x}" for prefix in loaded.by_28],
        "36-bit blocks": [f"{prefix:09x}" for prefix in loaded.by_36],
    }
    every["all blocks alike"] = [prefix for prefixes in every.values() for prefix in prefixes]
    for name, prefixes in every.items():
        macs = addresses(prefixes, LOOK_UPS)
        seconds = best_of(partial(ask_all, loaded.registrant, macs))
        print(f"{name}: {LOOK_UPS / seconds:,.0f} look-ups/s")
    seconds = best_of(partial(ask_all, loaded.enterprise, range(LOOK_UPS)))
    print(f"enterprise numbers: {LOOK_UPS / seconds:,.0f} look-ups/s")


if __name__ == "__main__":
    main()

"""How fast texts meet all rules: the pack's own examples and near-misses, as distinct texts, and the slowest rule on 4 KB."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from time import perf_counter, process_time

from fingerprints.match import LONGEST, KeyRules, tried
from fingerprints.pack import Pack, load
from fingerprints.rules_format import Rule
from tests.bench.rows import SHARED, Row, best_of, row

TITLE = "matching"
TEXTS = 100_000


def built(pack: Pack) -> dict[str, KeyRules]:
    """All rules behind their automata."""
    by_key: dict[str, list[tuple[str, Rule]]] = {}
    for stem, maker in pack.makers.items():
        for rule in maker.rule:
            by_key.setdefault(rule.key, []).append((stem, rule))
    return {key: KeyRules(rules) for key, rules in by_key.items()}


def core_seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """The least processor time of several rounds: a rate of one core does not depend on who else uses the machine."""
    times = []
    for _ in range(rounds):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def measure() -> Iterator[Row]:
    """Rates are of one core, without the memory for texts seen before."""
    yield row("load the pack: read, parse, registry", best_of(load) * 1000, "ms")
    pack = load()
    yield row(
        f"set up {sum(len(m.rule) for m in pack.makers.values())} rules", best_of(lambda: built(pack)) * 1000, "ms", 300
    )
    rules = built(pack)
    proofs = [(r.key, text) for m in pack.makers.values() for r in m.rule for text in (*r.matches, *r.misses)]
    texts = [(key, f"{text} {n}") for n in range(-(-TEXTS // len(proofs))) for key, text in proofs][:TEXTS]

    def match() -> None:
        for key, text in texts:
            rules[key].hits(text)

    match()
    yield row("texts matched in a second (every one hits or nearly)", len(texts) / core_seconds(match), "/s")
    recorded = SHARED / "corpus" / "banners.jsonl"
    if recorded.exists():
        found = map(json.loads, recorded.read_text("utf-8").splitlines())
        real = [(one["field"], one["text"]) for one in found if one["field"] in rules]
        rate = len(real) / core_seconds(lambda: [rules[key].hits(text) for key, text in real], 5)
        yield row(f"recorded banners matched in a second ({len(real):,})", rate, "/s", 250_000, least=True)
    others = [(key, f"Example device {n} build {n * 7919 % 10007} of no maker") for n, (key, _) in enumerate(texts)]
    rate = len(others) / core_seconds(lambda: [rules[key].hits(text) for key, text in others])
    yield row("texts matched in a second (none hits)", rate, "/s")
    name, slowest = slow(pack)
    yield row(f"slowest rule on 4 KB ({name})", slowest * 1e6, "us", 1000)


def slow(pack: Pack) -> tuple[str, float]:
    """The rule that takes longest on its worst text, best of 5."""
    worst = ("", 0.0)
    for stem, maker in pack.makers.items():
        for rule in maker.rule:
            seeds = ["aA0-_. ", "1.3.6.1.", rule.matches[0][:-1] or "x"]
            for text in ((seed * LONGEST)[:LONGEST] for seed in seeds):
                took = min(timed(stem, rule, text) for _ in range(5))
                worst = max(worst, (f"{stem}/{rule.id}", took), key=lambda found: found[1])
    return worst


def timed(stem: str, rule: Rule, text: str) -> float:
    start = perf_counter()
    tried(stem, rule, text)
    return perf_counter() - start

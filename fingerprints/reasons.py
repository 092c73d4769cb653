"""The reasons a finding cites: every evidence of an accusation, the best of the rest."""

from collections import Counter
from collections.abc import Iterable, Iterator

from fingerprints.judge import Verdict
from model.claims import Claim
from model.report import Why

MOST_WHY = 20  # reasons a finding that accuses nobody for certain, and reasons a piece of evidence; the evidence holds the rest
# These cite every evidence that says so: later evidence takes nothing away from what is cited.
CERTAIN = ("covered", "conflict")


def reasons(verdict: Verdict) -> tuple[Why, ...]:
    """The reasons, best first; of each maker and key the best before any second one, so that no side of a conflict is cut off."""
    worth = ("declared", "witnessed", "component", "hint")
    ordered = sorted(set(verdict.because), key=lambda claim: (worth.index(claim.grade), claim))
    best = set({(claim.maker, claim.key): claim for claim in reversed(ordered)}.values())
    ordered.sort(key=lambda claim: (worth.index(claim.grade), claim not in best, claim.maker != verdict.maker))
    kept = _some_of_each(ordered) if verdict.outcome in CERTAIN else ordered[:MOST_WHY]
    return tuple(Why(c.evidence, c.rule, c.grade, c.key, c.value[:400]) for c in kept)


def _some_of_each(ordered: Iterable[Claim]) -> Iterator[Claim]:
    """Every evidence is cited; of one that says the same in a thousand ways, some."""
    told: Counter[str] = Counter()
    for claim in ordered:
        told[claim.evidence] += 1
        if told[claim.evidence] <= MOST_WHY:
            yield claim

"""The coverage ledger: per probe and scope, asked = answered + silent + refused + excluded."""

from collections.abc import Iterable

from model.report import Coverage
from model.run import Ledger
from model.spans import Spans, spans

WORST = ("done", "incomplete", "not-run", "unreadable")


def coverage(ledgers: Iterable[Ledger]) -> tuple[Coverage, ...]:
    """One row a probe and scope, over all runs: what any run got counts, so a resumed scan closes its own holes."""
    rows: dict[tuple[str, str], list[Ledger]] = {}
    for ledger in ledgers:
        rows.setdefault((ledger.scope, ledger.probe), []).append(ledger)
    return tuple(_row(scope, probe, found) for (scope, probe), found in sorted(rows.items()))


def _row(scope: str, probe: str, found: list[Ledger]) -> Coverage:
    asked, answered, refused, excluded = (_union(found, name) for name in ("asked", "answered", "refused", "excluded"))
    asked = asked | answered | refused | excluded
    refused, excluded = refused - answered, excluded - answered - refused
    silent = asked - answered - refused - excluded
    counts = (asked.size, answered.size, silent.size, refused.size, excluded.size)
    status = _status(found, silent)
    # A note on the way gives a reason of its own, which the last word on a row that was done takes back.
    telling = [ledger for ledger in found if ledger.status == status or ledger.refused or ledger.excluded]
    reasons = sorted({ledger.reason for ledger in telling if ledger.reason})
    return Coverage(scope, probe, *counts, status=status, reason="; ".join(reasons))


def _status(found: list[Ledger], silent: Spans) -> str:
    """A run that was done closes the holes of those that were not, as far as it asked for the same targets."""
    done = _union([ledger for ledger in found if ledger.status == "done"], "asked")
    left = {ledger.status for ledger in found} - {"done"}
    if not left or (len(left) < len({ledger.status for ledger in found}) and not silent - done):
        return "done"
    return min(left, key=lambda status: (WORST.index(status) if status in WORST else len(WORST), status))


def _union(found: Iterable[Ledger], name: str) -> Spans:
    return spans(text for ledger in found for text in getattr(ledger, name))

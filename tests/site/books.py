"""What a scan's ledger says that each probe asked, as sets of addresses: read from the evidence, the last word on each row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from agent.scope import names
from agent.spool import read
from model.evidence import Evidence
from model.run import Ledger, event_of
from model.spans import spans


class Said(msgspec.Struct):
    """One probe over all scopes: addresses without their zone; `links` holds interfaces and ways, which are no addresses."""

    asked: set[str]
    answered: set[str]
    excluded: set[str]
    links: set[str]

    @property
    def told(self) -> set[str]:
        """Who got a packet, or was said to."""
        return self.asked - self.excluded


def ledger(folder: Path) -> dict[str, Said]:
    """By probe."""
    last: dict[tuple[str, str], Ledger] = {}
    for one in sorted(evidence(folder), key=lambda each: each.observation.seen_at):
        if one.observation.probe == "run" and isinstance(event := event_of(one), Ledger):
            last[event.probe, event.scope] = event
    found: dict[str, Said] = {}
    for event in last.values():
        row = found.setdefault(event.probe, Said(set(), set(), set(), set()))
        for name in ("asked", "answered", "excluded"):
            texts = getattr(event, name)
            getattr(row, name).update(_addresses(texts))
            row.links |= {label for label in spans(texts).labels if "%" not in label}
    return found


def evidence(folder: Path) -> Iterator[Evidence]:
    """All of DIR."""
    return read(folder, print)


def _addresses(texts: tuple[str, ...]) -> set[str]:
    return {name.partition("%")[0] for name in names(spans(texts))}

"""The unit of work of a replay: a pure function of (evidence, readers, pack), so that any machine can take it over."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from fingerprints.assess import assess
from fingerprints.pack import Pack
from model.evidence import Evidence
from model.report import Finding, Report
from reporters.json import render


class Difference(msgspec.Struct, frozen=True):
    """A device of which the two reports say something else. "" where one of them has it not."""

    device: str
    label: str
    before: str
    after: str


class Rejudged(msgspec.Struct, frozen=True):
    """`report`: by the new pack; `body`: its report.json."""

    report: Report
    body: bytes
    differences: list[Difference]


def rejudged(
    evidence: Iterable[Evidence], readers: Mapping[str, Any], pack: Pack, engine: str, before: Report
) -> Rejudged:
    """The same evidence under another pack, and what that changes."""
    after = assess(evidence, readers, pack, engine)
    return Rejudged(after, render(after), differences(before, after))


def differences(before: Report, after: Report) -> list[Difference]:
    """Device by device, by the device's id."""
    old = {one.device: one for one in before.findings}
    new = {one.device: one for one in after.findings}
    found = []
    for device in sorted(old.keys() | new.keys()):
        one, two = verdict(old.get(device)), verdict(new.get(device))
        if one != two:
            found.append(Difference(device, _label(new.get(device) or old[device]), one, two))
    return found


def verdict(one: Finding | None) -> str:
    """Outcome, maker and model, and the parts that are accused, in a line."""
    if one is None:
        return ""
    parts = [
        f"part {part.component}: {part.outcome} {part.maker or ''}".strip()
        for part in one.components
        if part.outcome not in ("clear", "unknown", "unseen")
    ]
    return "; ".join([" ".join(filter(None, (one.outcome, one.maker, one.model))), *parts])


def _label(one: Finding) -> str:
    return next(iter((*one.names, *one.addresses, *one.macs, *one.origins)), one.device)

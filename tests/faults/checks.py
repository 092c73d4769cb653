"""What must hold after every fault; each check gives its complaints as text, none if all is well."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from agent.results import REPORT, report_of
from agent.spool import FILE, read
from model.trouble import Trouble
from tests.faults.ground import Done

JUDGED = {0, 3, 4}  # exit codes of a run that left a report
Verdicts = set[tuple[tuple[str, ...], str, str | None]]


def lines(folder: Path) -> set[str]:
    """Ids of the evidence in `folder` that can be read; empty if none was begun."""
    return {one.id for one in read(folder)} if (folder / FILE).exists() else set()


def verdicts(folder: Path) -> Verdicts:
    """(addresses, outcome, maker) of each finding."""
    held = json.loads((folder / REPORT).read_bytes())
    return {(tuple(one["addresses"]), one["outcome"], one["maker"]) for one in held["findings"]}


def spoken(done: Done, codes: Collection[int]) -> Iterator[str]:
    """No traceback, one line for an error that names place and remedy, and only the exit codes that were to be expected."""
    if done.code not in codes:
        yield f"exit {done.code}, not one of {sorted(codes)}: {done.err[-400:]!r}"
    if "Traceback" in done.err or "a fault of this program" in done.err or "Exception ignored" in done.err:
        yield f"a fault of the program: {done.err[-800:]!r}"
    said = [line for line in done.err.splitlines() if line]  # click sets Ctrl-C's line apart by an empty one
    if any(not line.startswith("laydown: ") for line in said):
        yield f"lines that are not laydown's: {done.err[-400:]!r}"
    if done.code in (1, 2) and not (said and (said[-1].count(": ") >= 3 or "stopped; what was" in said[-1])):
        yield f"an error without place and remedy: {said[-1:]}"


def kept(before: set[str], folder: Path) -> Iterator[str]:
    """Every line that could be read before can be read now."""
    if lost := before - lines(folder):
        yield f"{len(lost)} of {len(before)} lines of evidence are gone"


def whole(folder: Path, old: bytes | None) -> Iterator[str]:
    """report.json is none, the old one, or one that can be read."""
    path = folder / REPORT
    if not path.exists():
        if old is not None:
            yield "report.json is gone"
        return
    try:
        report_of(folder)
    except Trouble as fault:
        yield f"report.json is neither whole nor the old one: {fault}"

"""From evidence on disk to a report on disk, and the exit code that says how much of the site it covers."""

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from agent import spool
from agent.dialogues import dialogues
from agent.engine import engine
from agent.exits import DONE, FOUND, INCOMPLETE
from agent.moments import note
from agent.readers import readers
from agent.results import REPORT, save
from agent.room import DiskRoom
from agent.words import many
from fingerprints.assess import assessed
from fingerprints.pack import Pack
from model.report import ACCUSING, RANK, Report

TALLY = ("covered", "conflict", "suspect", "clear", "unknown", "unseen")


def concluded(
    folder: Path, pack: Pack, tell: Callable[[str], None], source: Path | None = None, kind: str = "assessed"
) -> Report:
    """Assess the evidence in `source` (else in `folder`) and save report and pack in `folder`. `tell` hears what could not be read.

    `kind`: as what the moment goes on record beside the report: `assessed`, or `replayed` under another pack.
    """
    lost: list[str] = []
    with _no_cycles():
        room = DiskRoom(folder)
        groups = dialogues(source or folder, room, lost.append)
        report = assessed(groups, readers(), pack, engine(), room)
        for fault in (*lost, *report.faults):
            tell(fault)
        report = _with_lost(report, len(lost))
        save(folder, report, pack)
    if fault := note(folder, kind, _digest(folder / REPORT)):
        tell(fault)
    return report


def _digest(path: Path) -> str:
    """The digest of a file that may be large, a piece at a time."""
    with path.open("rb") as held:
        return "sha256:" + hashlib.file_digest(held, "sha256").hexdigest()


@contextmanager
def _no_cycles() -> Iterator[None]:
    """No search for cycles meanwhile: facts and findings are trees, and walking a million of them again cost a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _with_lost(report: Report, lines: int) -> Report:
    """The report, saying that evidence was lost. Without place or number: those depend on the folder and the lines' order."""
    if not lines:
        return report
    said = f"{spool.FILE}: {many(lines, 'line')} could not be used"
    return msgspec.structs.replace(report, faults=(*report.faults, said))


def incomplete(report: Report) -> list[str]:
    """What was to be examined and was not, in words: probes cut short or refused, networks nobody looked at, lost evidence."""
    rows = [f"{row.probe} over {row.scope}: {row.status}" for row in report.coverage if row.status != "done"]
    refused = [f"{row.probe} over {row.scope}: {row.refused} refused" for row in report.coverage if row.refused]
    nets = [f"{net.kind} {net.name} is not examined" for net in report.networks if net.status == "not examined"]
    return [*rows, *refused, *nets, *report.faults]


def exit_code(report: Report, fail_on: str | None) -> int:
    """0, 3 when --fail-on is met, 4 when coverage is incomplete; 3 wins."""
    if met(report, fail_on):
        return FOUND
    return INCOMPLETE if incomplete(report) else DONE


def met(report: Report, fail_on: str | None) -> bool:
    """Whether a device or component has the outcome, or one that ranks above it. `unknown` and `unseen` rank alike, below the rest."""
    if fail_on is None:
        return False
    outcomes = {one.outcome for one in report.findings} | {
        part.outcome for one in report.findings for part in one.components
    }
    return any(one == fail_on or RANK[one] > RANK[fail_on] for one in outcomes)


def told(report: Report) -> str:
    """The counts in one line."""
    summary = report.summary
    counts = ", ".join(f"{getattr(summary, name)} {name}" for name in TALLY)
    parts = [part for one in report.findings for part in one.components if part.outcome in ACCUSING]
    if parts:  # a box that is clear may hold one: no count of boxes tells of it
        counts += f"; {many(len(parts), 'part')} inside covered or suspect"
    left = f"{many(summary.unexplained_macs, 'unexplained MAC')}, {many(summary.not_examined, 'network')} not examined"
    return f"{many(summary.devices, 'device')}: {counts}; {left}"


def answer(report: Report, folder: Path, fail_on: str | None) -> dict[str, object]:
    """What --json prints: both the exit code and what it stands for."""
    return {
        "exit": exit_code(report, fail_on),
        "fail_on_met": met(report, fail_on),
        "incomplete": bool(incomplete(report)),
        "report": str(folder / "report.json"),
        "summary": msgspec.to_builtins(report.summary),
    }

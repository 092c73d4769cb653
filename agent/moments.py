"""When somebody may have learned of a finding: DIR/moments.jsonl, one line a moment, only ever added to, no part of evidence or report."""

import os
from pathlib import Path

import msgspec

from agent.clock import stamp
from model.clocks import Moment

FILE = "moments.jsonl"
LARGEST = 16 * 1024 * 1024  # bytes that are read back


def note(folder: Path, kind: str, report: str) -> str:
    """Add a moment for the report of digest `report`: `assessed`, `replayed` or `read`. Gives one line if the disk refuses, else "".

    The main result is never lost for it: a report that could be written or shown is, whether or not its moment could be noted.
    """
    path = (folder if folder.is_dir() else folder.parent) / FILE
    line = msgspec.json.encode(Moment(kind, stamp(), report)) + b"\n"
    try:
        with path.open("ab") as held:
            held.write(line)
            held.flush()
            os.fsync(held.fileno())
    except OSError as fault:
        return f"{path}: cannot be added to ({fault.strerror}): the moment at which this was {kind} is not on record"
    return ""


def moments(folder: Path) -> list[Moment]:
    """The moments on record, in their order; a torn line is passed over."""
    path = (folder if folder.is_dir() else folder.parent) / FILE
    try:
        with path.open("rb") as held:
            lines = held.read(LARGEST).splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            found.append(msgspec.json.decode(line, type=Moment))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
    return found

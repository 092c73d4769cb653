"""What a person saw becomes evidence: which device is meant, what belongs to it for good, and the sheets that are filled by hand."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

from agent.dialogues import dialogues
from agent.meant import meant
from agent.readers import readers
from agent.room import DiskRoom
from fingerprints.gather import gathered
from fingerprints.resolve import lean, resolve
from fingerprints.subjects import Subject, person, subjects
from model.person import WORDS, Anchor, Word, said
from model.report import Finding, Report
from model.trouble import Trouble, UsageTrouble

SHEET = ("device", "by", "on", *WORDS)
LARGEST = 16 * 1024 * 1024  # bytes of a sheet, and of a photograph's piece that is read at once
PERIOD = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
EARLIEST = date(2000, 1, 1)


class Look(msgspec.Struct, frozen=True):
    """One look at one device: `where` names the sheet's line or the option, for errors."""

    where: str
    device: str
    by: str
    on: str
    words: dict[str, str]


def checked(look: Look, today: date) -> Look:
    """The look if it names a person and a day and says something; UsageTrouble where it does not."""
    if not look.by.strip() or not look.by.isprintable() or len(look.by) > 200:
        raise UsageTrouble(
            look.where,
            "names nobody who saw it",
            "give --by NAME, or the column `by`: a word of nobody counts for nothing",
        )
    try:
        day = date.fromisoformat(look.on)
    except ValueError:
        raise UsageTrouble(look.where, f"{look.on[:40]!r} is no day", "write it in the form 2026-11-23") from None
    if not EARLIEST <= day <= today:
        raise UsageTrouble(look.where, f"{look.on} cannot be the day of looking", f"a day from {EARLIEST} to {today}")
    for what in ("built", "removed"):
        if (text := look.words.get(what, "")) and not PERIOD.fullmatch(text):
            raise UsageTrouble(look.where, f"{what}: {text[:40]!r} is no date", "write 2021, 2021-06 or 2021-06-30")
    if not look.words:
        raise UsageTrouble(look.where, "says nothing that was seen", f"give one of: --{', --'.join(WORDS)}")
    return look


def looks(path: Path, by: str, on: str) -> Iterator[Look]:
    """The filled lines of a sheet (CSV, a heading line with `device`); `by`, `on`: for lines that leave them empty."""
    for number, row in enumerate(_rows(path), 2):
        words = said(row)
        device = row.get("device", "").strip()
        if words:
            where = f"{path}:{number}"
            if not device:
                raise UsageTrouble(
                    where, "names no device", "fill its column `device` with an id, address, MAC or name"
                )
            yield Look(where, device, (row.get("by", "").strip() or by), (row.get("on", "").strip() or on), words)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        if path.stat().st_size > LARGEST:
            raise UsageTrouble(str(path), f"larger than {LARGEST:,} bytes", "split the sheet")
        text = path.read_text("utf-8-sig")
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "name the filled sheet") from None
    except UnicodeDecodeError:
        raise UsageTrouble(str(path), "not UTF-8", "save the sheet as CSV in UTF-8") from None
    try:
        rows = csv.DictReader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
        if "device" not in (rows.fieldnames or ()):
            raise UsageTrouble(str(path), "has no column `device`", f"its columns are: {', '.join(SHEET)}")
        for row in rows:
            yield {name: (value or "").lstrip("'") for name, value in row.items() if isinstance(name, str)}
    except csv.Error as fault:
        raise UsageTrouble(str(path), f"not CSV ({fault})", "save the sheet as CSV") from None


def _delimiter(text: str) -> str:
    """A comma, or what a spreadsheet of a country with decimal commas writes instead."""
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def photo(path: Path) -> str:
    """`sha256:... (123,456 bytes, label.jpg)`: the photograph itself stays where it is."""
    made, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as held:
            while piece := held.read(LARGEST):
                made.update(piece)
                size += len(piece)
    except OSError as fault:
        raise UsageTrouble(
            str(path), f"cannot be read ({fault.strerror})", "name the photograph of the label"
        ) from None
    return f"sha256:{made.hexdigest()} ({size:,} bytes, {path.name[:120]})"


def words(folder: Path, report: Report, found: Sequence[Look]) -> list[Word]:
    """Each look bound to its device. Trouble where a look names no device of the report, or several."""
    findings = [_finding(report, look) for look in found]
    held = _sightings(folder, {one.device for one in findings})
    return [
        Word(look.by.strip(), look.on, one.device, held.get(one.device, ()), (), look.words)
        for look, one in zip(found, findings, strict=True)
    ]


def _finding(report: Report, look: Look) -> Finding:
    return meant(report, look.device, look.where)


def _sightings(folder: Path, wanted: set[str]) -> Mapping[str, tuple[Anchor, ...]]:
    """Of each device the sighting that a word is tied to: identity made again, by evidence alone."""
    room = DiskRoom(folder)
    heard = gathered(dialogues(folder, room, lambda _: None), readers(), room)
    shelf = room.shelf()
    devices, _ = resolve(lean(subject, shelf) for subject in subjects(heard.rows))
    found = {one.id: (_anchor(one.subjects),) for one in devices if one.id in wanted}
    if missing := wanted - set(found):
        raise Trouble(
            str(folder), f"its evidence makes no device {min(missing)}", "assess the evidence again, then observe that"
        )
    return found


def _anchor(held: Sequence[Subject]) -> Anchor:
    """One sighting, first hand before those of others, the earliest: a word tied to two could hold two devices together."""
    seen = [one for one in held if not person(one)] or list(held)
    first = min(seen, key=lambda one: (one.witness is not None, one.key))
    return (*first.key[:2], first.last_seen, *first.key[3:])

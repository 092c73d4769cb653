"""Waivers: which authorities can grant one and until when, and why one that a person entered is refused. None lifts a hold."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from model.answers import Waiver
from model.trouble import Trouble

STATUSES = ("sought", "granted")
PARTS = ("A", "B")
APPROVAL = re.compile(r"sha256:[0-9a-f]{64}")
PLACE = "model/waivers.toml"


class Grant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An authority that can waive. `law`: what it waives (section-889, section-1656, fascsa); `last`: {part: last ISO day it could reach};
    `years`: longest waiver, 0 where no length is known; `once`: no second one.
    """

    title: str
    grantor: str
    cite: str
    law: str
    note: str
    last: dict[str, str] = {}
    years: int = 0
    once: bool = False


@cache
def authorities() -> dict[str, Grant]:
    """Every waiver authority by id; Trouble naming file and key where the data is malformed."""
    try:
        found = msgspec.toml.decode(files("model").joinpath("waivers.toml").read_bytes(), type=dict[str, Grant])
        for grant in found.values():
            [date.fromisoformat(day) for day in grant.last.values()]
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as fault:
        raise Trouble(PLACE, f"not waiver authorities ({fault})", "mend the file") from None
    return found


def judged(waivers: Sequence[Waiver]) -> list[tuple[Waiver, tuple[str, ...]]]:
    """Each waiver with why it is refused, () where nothing speaks against it; a second grant of what is granted once is."""
    once = Counter(_again(one) for one in waivers if one.status == "granted" and not faults(one))
    return [(one, (*faults(one), *_twice(one, once[_again(one)]))) for one in waivers]


def faults(waiver: Waiver) -> tuple[str, ...]:
    """Every reason to refuse the waiver, in plain words; () where nothing in it speaks against it."""
    grant = authorities().get(waiver.authority)
    known = () if grant else (f"no such authority {waiver.authority!r}: one of {', '.join(authorities())}",)
    said = () if waiver.by.strip() else ("nobody is named who says so",)
    status = () if waiver.status in STATUSES else (f"no such status {waiver.status!r}: {' or '.join(STATUSES)}",)
    return (*known, *status, *said, *_days(waiver), *_approval(waiver), *(_limits(waiver, grant) if grant else ()))


def _days(waiver: Waiver) -> tuple[str, ...]:
    """Days that are none, and an end before the beginning."""
    wrong = [
        f"its {name} {text!r} is no day of the calendar in the form 2026-11-23"
        for name, text in (("date", waiver.date), ("start", waiver.start), ("end", waiver.end))
        if (text or name == "date") and day(text) is None
    ]
    start, end = day(waiver.start), day(waiver.end)
    if start and end and end < start:
        wrong.append(f"it would end on {waiver.end}, before it starts on {waiver.start}")
    return tuple(wrong)


def _approval(waiver: Waiver) -> tuple[str, ...]:
    """A grant is written: its approval is named by digest."""
    if waiver.approval and not APPROVAL.fullmatch(waiver.approval):
        return (f"its approval {waiver.approval!r} is no digest in the form sha256: and 64 hexadecimal digits",)
    if waiver.status == "granted" and not waiver.approval:
        return ("it is said to be granted, and no written approval is named by its digest",)
    return ()


def _limits(waiver: Waiver, grant: Grant) -> tuple[str, ...]:
    """Beyond the authority's last day, or longer than it can grant."""
    found = []
    if waiver.part not in ("", *PARTS):
        found.append(f"no such part {waiver.part!r}: {' or '.join(PARTS)}")
    elif grant.last and not waiver.part:
        found.append(f"no part is given, A (provide) or B (use), and the last day of {grant.cite} depends on it")
    last = day(grant.last.get(waiver.part, ""))
    start, end = day(waiver.start), day(waiver.end)
    if last and not end:
        found.append(f"no end is given, and a waiver under {grant.cite} could not run past {last}")
    if last and ((end and end > last) or (start and start > last)):
        found.append(f"a waiver under {grant.cite}, Part {waiver.part}, could not run past {last}")
    longest = f"{grant.years} year{'s' if grant.years > 1 else ''}"
    if grant.years and waiver.status == "granted" and not (start and end):
        found.append(f"its start and end are needed: it may last {longest} at most")
    if grant.years and start and end and _parts(end) > (start.year + grant.years, *_parts(start)[1:]):
        found.append(f"it would last from {start} to {end}, longer than the {longest} that {grant.cite} allows")
    return tuple(found)


def _parts(at: date) -> tuple[int, int, int]:
    return at.year, at.month, at.day


def _twice(waiver: Waiver, count: int) -> tuple[str, ...]:
    grant = authorities().get(waiver.authority)
    if waiver.status != "granted" or not grant or not grant.once or count < 2:
        return ()
    return (f"{count} grants are entered for the same contract, part and scope, and {grant.cite} allows one",)


def _again(waiver: Waiver) -> tuple[str, ...]:
    return waiver.authority, waiver.contract, waiver.part, waiver.scope, waiver.region, waiver.supply_category


def day(text: str) -> date | None:
    """The day of `text`, None where it is none in the form 2026-11-23."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None

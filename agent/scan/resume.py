"""Going on where a run stopped: what the spool of DIR already holds."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from agent.scan.ledger import CUT_SHORT
from agent.spool import FILE, read
from fingerprints.assess import dialogues
from model.evidence import Evidence
from model.run import End, Event, Ledger, Start, event_of
from model.spans import spans

SAME = ("targets", "exclude", "fragile", "guest", "probes")
"""What two starts must share to be one run: the rest (a ticket, a name) may have changed since."""


class Before(msgspec.Struct, frozen=True):
    """`first`: nothing was ever scanned into DIR. `start`: the unfinished run, None if there is none. Its ledgers and dialogues.

    `groups`: (probe, interface, written time) of every question to all stations of a link, of whichever run.
    """

    first: bool = True
    start: Start | None = None
    ledgers: tuple[Ledger, ...] = ()
    dialogues: tuple[tuple[Evidence, ...], ...] = ()
    groups: tuple[tuple[str, str, str], ...] = ()


def before(folder: Path, wanted: Start, notice: Callable[[str], None]) -> Before:
    """What DIR holds of an unfinished run like `wanted`. `notice` hears of lines that cannot be read."""
    if not (folder / FILE).exists():
        return Before()
    held = list(read(folder, notice))
    events = [(one.observation.seen_at, event) for one in held if (event := _event(one)) is not None]
    starts = [(at, event) for at, event in events if isinstance(event, Start)]
    if not starts:
        return Before()
    began, last = max(starts, key=lambda found: found[0])
    groups = tuple(_groups(events))
    ended = any(isinstance(event, End) and event.run == last.run and event.status == "done" for _, event in events)
    if ended or any(getattr(last, name) != getattr(wanted, name) for name in SAME):
        return Before(first=False, groups=groups)
    began = min(at for at, event in starts if event.run == last.run)
    ledgers = tuple(event for _, event in events if isinstance(event, Ledger) and event.run == last.run)
    since = [one for one in held if one.observation.seen_at >= began]
    return Before(False, last, ledgers, tuple(tuple(group) for group in dialogues(since)), groups)


def _groups(events: Iterable[tuple[str, Event]]) -> Iterator[tuple[str, str, str]]:
    """Each was written down as it left, as an interface's name."""
    for at, event in events:
        if isinstance(event, Ledger) and event.reason == CUT_SHORT:
            yield from ((event.probe, label, at) for label in spans(event.asked).labels if "%" not in label)


def memory(dialogues: Iterable[tuple[Evidence, ...]]) -> dict[tuple[str, str], tuple[Evidence, ...]]:
    """{(probe, target): what a host said}. Those whose dialogue ended are not begun again, so nobody looks for theirs."""
    found: dict[tuple[str, str], tuple[Evidence, ...]] = {}
    for pieces in dialogues:
        first = pieces[0].observation
        if first.target and first.parent is None:
            found[first.probe, first.target] = tuple(one for one in pieces if not _flag(one))
    return found


def _flag(evidence: Evidence) -> bool:
    """Whether it is the mark of an interruption: the question beside it was not answered."""
    return evidence.observation.status == "cut" and evidence.observation.answer is None


def _event(evidence: Evidence) -> Event | None:
    if evidence.observation.probe != "run":
        return None
    try:
        return event_of(evidence)
    except msgspec.MsgspecError:  # assessing tells of it
        return None


def run_id(started: str, vantage: str) -> str:
    """`20261123T184412Z-1f0c9a2e`: from the time and the place alone, so that nothing here is random."""
    stamp = started.replace("-", "").replace(":", "").partition(".")[0]
    return f"{stamp}Z-{hashlib.sha256(f'{started} {vantage}'.encode()).hexdigest()[:8]}"

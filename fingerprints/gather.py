"""gather: evidence, a dialogue at a time, becomes rows that say who showed what and when, and the little that is kept whole."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from fingerprints.room import Room, Sorter
from fingerprints.services import SERVICE
from fingerprints.subjects import FRAME, HOST, Place, line, place
from model.canonical import running
from model.claims import Fact
from model.evidence import Evidence
from model.person import PROBE
from model.run import Event, event_of

Reader = Callable[[Sequence[Evidence]], Iterator[Fact]]
Readers = Mapping[str, Reader]


class Gathered(msgspec.Struct):
    """`rows`: lines of fingerprints.subjects. `digest`: over the sorted ids. `events`: what runs noted, each with its time."""

    rows: Sorter
    digest: str = ""
    events: list[tuple[str, Event]] = []
    services: list[Fact] = []
    faults: list[str] = []
    first: str = ""
    last: str = ""


def gathered(groups: Iterable[Sequence[Evidence]], readers: Readers, room: Room) -> Gathered:
    """`groups`: every dialogue once and whole, in any order; a run's notes in groups of their own."""
    found, ids = Gathered(room.sorter()), room.sorter()
    for group in groups:
        for one in group:
            ids.add(one.id.encode())
            seen_at = one.observation.seen_at
            if one.observation.probe == PROBE:  # when somebody wrote a word down is no news of the site
                continue
            if not found.first or seen_at < found.first:
                found.first = seen_at
            if seen_at > found.last:
                found.last = seen_at
        if group[0].observation.probe == "run":
            _note(group, found)
        else:
            _tell(group, readers, found)
    found.digest = running(ids)
    return found


def _note(group: Iterable[Evidence], found: Gathered) -> None:
    for one in group:
        try:
            found.events.append((one.observation.seen_at, event_of(one)))
        except msgspec.MsgspecError as fault:
            found.faults.append(f"{one.id}: run note cannot be read ({fault})")


def _tell(group: Sequence[Evidence], readers: Readers, found: Gathered) -> None:
    facts: list[Fact] = []
    for fact in _read(group, readers, found.faults):
        if fact.about.startswith(FRAME):
            found.faults.append(f"{fact.evidence}: {fact.about} {fact.value}")
        elif fact.about.startswith(SERVICE):
            found.services.append(fact)
        else:
            facts.append(fact)
    for row in rows({one.id: place(one.observation) for one in group}, facts):
        found.rows.add(row)


def rows(places: Mapping[str, Place], facts: Iterable[Fact]) -> Iterator[bytes]:
    """A row for each piece of evidence, whether or not a reader could make sense of it: what answered is there.

    One more for each host it tells of; a host at the very address that was asked stands in one row with it.
    """
    told: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for fact in facts:
        who = fact.about.removeprefix(HOST).partition("/")[0] if fact.about.startswith(HOST) else ""
        told.setdefault((fact.evidence, who), []).append((fact.about, fact.key, fact.value))
    for evidence, at in places.items():
        own = told.pop((evidence, ""), [])
        if told:
            own += told.pop((evidence, at.target), [])
        yield line(at, at.target, evidence, own, own=True)
    for (evidence, who), said in told.items():
        yield line(places[evidence], who, evidence, said, own=False)


def _read(group: Sequence[Evidence], readers: Readers, faults: list[str]) -> list[Fact]:
    probe, ids = group[0].observation.probe, {one.id for one in group}
    if probe not in readers:
        faults.append(f"{group[0].id}: no reader for probe {probe!r} in this engine")
        return []
    try:
        found = list(readers[probe](group))
    except Exception as fault:  # noqa: BLE001 - a reader's bug must not cost the other devices; it is said in the report
        faults.append(f"{group[0].id}: reader {probe!r} failed ({type(fault).__name__}: {fault})")
        return []
    told = [fact for fact in found if fact.evidence in ids]
    if len(told) < len(found):
        faults.append(
            f"{group[0].id}: reader {probe!r} names evidence it was not given ({len(found) - len(told)} facts dropped)"
        )
    return told

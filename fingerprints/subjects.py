"""Subjects: the facts of one thing as one place saw it, before anyone says which subjects are the same device."""

import ipaddress
from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec

from model.claims import Fact
from model.evidence import Observation
from model.times import read as read_time

GAP = timedelta(hours=4)  # the same address after this long may be another device: only a strong id may join it
OWN = ("self", "component:")
HOST = "host:"
STATION = "station:"


class Subject(msgspec.Struct):
    """One node. `key` is unique and free of order. `witness`: the key of the subject whose tables named it, None when seen first hand."""

    key: tuple[str, ...]
    vantage: str
    target: str
    first_seen: str
    last_seen: str
    facts: list[Fact]
    witness: tuple[str, ...] | None = None

    def values(self, key: str) -> list[str]:
        """Values of facts about the thing itself."""
        return [fact.value for fact in self.facts if fact.key == key and not fact.about.startswith("component:")]


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where and when the evidence behind facts was seen, and whether the target itself answered."""

    vantage: str
    target: str
    seen_at: str
    answered: bool = True

    @property
    def first_hand(self) -> bool:
        """Whether this shows a thing: an address that answered, or a recorded file. A sweep's target is an interface, no device."""
        return self.answered and (_is_address(self.target) or self.vantage.startswith("file:"))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def place(observation: Observation) -> Place:
    """The place of an observation. A cut or refused answer is an answer: something is there."""
    return Place(
        observation.vantage,
        observation.target,
        observation.seen_at,
        observation.status in ("answered", "cut", "refused"),
    )


Sighting = tuple[str, str, str]  # vantage, target, seen_at


def subjects(facts: Iterable[Fact], places: Mapping[str, Place]) -> list[Subject]:
    """First-hand subjects by vantage, target and time; witnessed ones by the subject that named them and the name it gave.

    A target that answered is a subject even where no fact could be read: it is there, and nobody knows what it is.
    """
    held = sorted(set(facts), key=lambda fact: (places[fact.evidence].seen_at, fact))
    seen = [(fact, _sighting(fact, places[fact.evidence])) for fact in held]
    starts = _starts({*(at for _, at in seen), *((p.vantage, p.target, p.seen_at) for p in places.values())})
    found: dict[tuple[str, ...], Subject] = {}
    for one in places.values():
        if one.first_hand:
            _at((one.vantage, one.target, one.seen_at), starts, found)
    for fact, at in seen:
        if fact.about.startswith(HOST):
            fact = msgspec.structs.replace(fact, about="self")
        if fact.about.startswith(OWN):
            _at(at, starts, found).facts.append(fact)
        else:
            told = _at(at, starts, found, fact.about)
            if fact.about.startswith(STATION) and not told.facts:  # the table's line names the station by its MAC
                told.facts.append(Fact(fact.evidence, fact.about, "mac.address", fact.about.removeprefix(STATION)))
            told.facts.append(fact)
    return [found[key] for key in sorted(found)]


def _sighting(fact: Fact, seen: Place) -> Sighting:
    target = fact.about.removeprefix(HOST) if fact.about.startswith(HOST) else seen.target
    return seen.vantage, target, seen.seen_at


def _at(
    at: Sighting, starts: Mapping[Sighting, str], found: dict[tuple[str, ...], Subject], about: str = ""
) -> Subject:
    """The subject of a sighting, made when it is new; `about`: the thing it tells of instead of itself."""
    vantage, target, seen_at = at
    base = (vantage, target, starts[at])
    key = (*base, about) if about else base
    subject = found.get(key)
    if subject is None:
        subject = found[key] = Subject(
            key, vantage, "" if about else target, seen_at, seen_at, [], base if about else None
        )
    subject.first_seen, subject.last_seen = min(subject.first_seen, seen_at), max(subject.last_seen, seen_at)
    return subject


def one_stay(one: Subject, other: Subject) -> bool:
    """Whether two things were seen close enough in time for an address to have stayed with one of them."""
    late, early = max(one.first_seen, other.first_seen), min(one.last_seen, other.last_seen)
    return late <= early or read_time(late) - read_time(early) <= GAP


def _starts(sightings: Iterable[Sighting]) -> dict[Sighting, str]:
    """For each sighting, when its unbroken stay at that address began."""
    starts: dict[Sighting, str] = {}
    before: Sighting | None = None
    for at in sorted(sightings):
        same = before is not None and before[:2] == at[:2] and read_time(at[2]) - read_time(before[2]) <= GAP
        starts[at] = starts[before] if same and before is not None else at[2]
        before = at
    return starts

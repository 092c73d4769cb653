"""Subjects: the facts of one thing as one place saw it, before anyone says which subjects are the same device."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec

from model.claims import Fact
from model.evidence import Observation
from model.times import read as read_time

GAP = timedelta(hours=4)  # the same address after this long may be another device: only a strong id may join it
OWN = ("self", "component:")


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


class Place(msgspec.Struct, frozen=True):
    """Where and when the evidence behind facts was seen."""

    vantage: str
    target: str
    seen_at: str


def place(observation: Observation) -> Place:
    """The place of an observation."""
    return Place(observation.vantage, observation.target, observation.seen_at)


def subjects(facts: Iterable[Fact], places: Mapping[str, Place]) -> list[Subject]:
    """First-hand subjects by vantage, target and time; witnessed ones by the subject that named them and the name it gave."""
    held = sorted(set(facts), key=lambda fact: (places[fact.evidence].seen_at, fact))
    starts = _starts(places)
    found: dict[tuple[str, ...], Subject] = {}
    for fact in held:
        seen = places[fact.evidence]
        base = (seen.vantage, seen.target, starts[seen.vantage, seen.target, seen.seen_at])
        own = fact.about.startswith(OWN)
        key = base if own else (*base, fact.about)
        subject = found.get(key)
        if subject is None:
            subject = Subject(
                key, seen.vantage, seen.target if own else "", seen.seen_at, seen.seen_at, [], None if own else base
            )
            found[key] = subject
        subject.last_seen = max(subject.last_seen, seen.seen_at)
        subject.facts.append(fact)
    return [found[key] for key in sorted(found)]


def _starts(places: Mapping[str, Place]) -> dict[tuple[str, str, str], str]:
    """For each sighting, when its unbroken stay at that address began."""
    by_address: dict[tuple[str, str], set[str]] = {}
    for seen in places.values():
        by_address.setdefault((seen.vantage, seen.target), set()).add(seen.seen_at)
    starts = {}
    for (vantage, target), moments in by_address.items():
        start = last = ""
        for moment in sorted(moments):
            if not last or read_time(moment) - read_time(last) > GAP:
                start = moment
            starts[vantage, target, moment] = start
            last = moment
    return starts

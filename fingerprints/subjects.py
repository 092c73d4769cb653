"""Subjects: the facts of one thing as one place saw it, before anyone says which subjects are the same device."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec

from fingerprints.eui64 import addressed, mac_of_address
from model.claims import Fact
from model.evidence import Observation
from model.times import read as read_time

GAP = timedelta(hours=4)  # the same address after this long may be another device: only a strong id may join it
OWN = ("self", "component:")
HOST = "host:"
STATION = "station:"
FRAME = "frame:"  # how reading frames went: about no thing
FRAMES = "application/vnd.tcpdump.pcap"  # a page of captured frames: a link was listened to, nobody was asked
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")


class Subject(msgspec.Struct):
    """One node. `key` is unique and free of order. `witness`: the key of the subject whose tables named it, None when seen first hand.

    `target`: an address, or the MAC of what no frame proved an address of. `heard`: known from captured frames alone; it never
    answered anybody. `on_link`: the MACs under which frames or a sweep showed it on the link itself.
    """

    key: tuple[str, ...]
    vantage: str
    target: str
    first_seen: str
    last_seen: str
    facts: list[Fact]
    witness: tuple[str, ...] | None = None
    heard: bool = True
    on_link: set[str] = msgspec.field(default_factory=set)

    def values(self, key: str) -> list[str]:
        """Values of facts about the thing itself."""
        return [fact.value for fact in self.facts if fact.key == key and not fact.about.startswith("component:")]


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where and when the evidence behind facts was seen, and whether the target itself answered. `heard`: frames on a link."""

    vantage: str
    target: str
    seen_at: str
    answered: bool = True
    heard: bool = False

    @property
    def first_hand(self) -> bool:
        """Whether this shows a thing: an address that answered, or a recorded file. A sweep's target is an interface, no device."""
        return self.answered and not self.heard and (is_address(self.target) or self.vantage.startswith("file:"))


def is_address(text: str) -> bool:
    """Whether a text is an IP address, with a zone or without."""
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
        observation.answer is not None and observation.answer.media.partition(";")[0] == FRAMES,
    )


Sighting = tuple[str, str, str]  # vantage, target, seen_at


def subjects(facts: Iterable[Fact], places: Mapping[str, Place]) -> list[Subject]:
    """First-hand subjects by vantage, target and time; witnessed ones by the subject that named them and the name it gave.

    A target that answered is a subject even where no fact could be read: it is there, and nobody knows what it is.
    """
    held = sorted(set(facts), key=lambda fact: (places[fact.evidence].seen_at, fact))
    seen = [(fact, _sighting(fact, places[fact.evidence])) for fact in held if not fact.about.startswith(FRAME)]
    starts = _starts({*(at for _, at in seen), *((p.vantage, p.target, p.seen_at) for p in places.values())})
    found: dict[tuple[str, ...], Subject] = {}
    for name, one in sorted(places.items()):
        if one.first_hand:
            subject = _at((one.vantage, one.target, one.seen_at), starts, found)
            subject.heard = False
            _address_with_mac(subject, name)
    for fact, at in seen:
        place_of = places[fact.evidence]
        who, about = _about(fact)
        fact = msgspec.structs.replace(fact, about=about) if who else fact
        subject = _at(at, starts, found, "" if about.startswith(OWN) else about)
        subject.heard = subject.heard and place_of.heard
        if who and about == "self":
            _showed(subject, fact)
        elif about.startswith(STATION) and not subject.facts:  # the table's line names the station by its MAC
            subject.facts.append(Fact(fact.evidence, about, "mac.address", about.removeprefix(STATION)))
        subject.facts.append(fact)
    for subject in found.values():
        subject.facts.extend([*addressed(subject.facts)])
    return [found[key] for key in sorted(found)]


def _about(fact: Fact) -> tuple[str, str]:
    """(the host whose words these are, what they are of): `host:A` is A's own `self`, `host:A/neighbor:x` a neighbour that A tells of."""
    if not fact.about.startswith(HOST):
        return "", fact.about
    who, _, of = fact.about.removeprefix(HOST).partition("/")
    return who, of or "self"


def _sighting(fact: Fact, seen: Place) -> Sighting:
    return seen.vantage, _about(fact)[0] or seen.target, seen.seen_at


def _showed(subject: Subject, fact: Fact) -> None:
    """A host that showed itself on a link: by a MAC, which is its own, or at an address."""
    if _MAC.fullmatch(subject.target):
        subject.on_link.add(subject.target)
        if not subject.facts:
            subject.facts.append(Fact(fact.evidence, "self", "mac.address", subject.target))
    else:
        _address_with_mac(subject, fact.evidence)
    if fact.key == "mac.address":
        subject.on_link.add(fact.value)


def _address_with_mac(subject: Subject, evidence: str) -> None:
    """An IPv6 address that was made of a MAC is a fact of its own: the MAC is read out of it."""
    if not subject.facts and mac_of_address(subject.target):
        subject.facts.append(Fact(evidence, "self", "ip.address", subject.target.partition("%")[0]))


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

"""Subjects: the facts of one thing as one place saw it, before anyone says which subjects are the same device."""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from sys import intern

import msgspec

from fingerprints.eui64 import addressed, mac_of_address
from model.claims import Fact
from model.evidence import Observation
from model.person import ABOUT
from model.times import read as read_time

GAP = timedelta(hours=4)  # the same address after this long may be another device: only a strong id may join it
OWN = ("self", "component:")
HOST = "host:"
STATION = "station:"
FRAME = "frame:"  # how reading frames went: about no thing
FRAMES = "application/vnd.tcpdump.pcap"  # a page of captured frames: a link was listened to, nobody was asked
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")


class Subject(msgspec.Struct, gc=False):
    """One node. `key` is unique and free of order. `witness`: the key of the subject whose tables named it, None when seen first hand.

    `target`: an address, or the MAC of what no frame proved an address of. `heard`: known from captured frames alone; it never
    answered anybody. `on_link`: the MACs under which frames or a sweep showed it on the link itself. `kept`: where all of its facts
    are when `facts` holds only those that tell which subjects are one device.
    """

    key: tuple[str, ...]
    vantage: str
    target: str
    first_seen: str
    last_seen: str
    facts: list[Fact]
    witness: tuple[str, ...] | None = None
    heard: bool = True
    on_link: frozenset[str] = frozenset()
    kept: int = -1

    def values(self, key: str) -> list[str]:
        """Values of facts about the thing itself."""
        return [fact.value for fact in self.facts if fact.key == key and not fact.about.startswith("component:")]


def person(subject: Subject) -> bool:
    """Whether it is a person's word, and no sighting."""
    return len(subject.key) > 3 and subject.key[3].startswith(ABOUT)


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


# One place's view of one evidence: vantage, who was seen, when, evidence id, flags, and facts as `about, key, value` in turn.
# As JSON text rows of one vantage and target stand together, in the order of time: any sorter of lines puts them in order.
Row = tuple[str, str, str, str, int, list[str]]
FIRST_HAND, FRAMED = 1, 2
_encoded = msgspec.json.Encoder().encode
_row = msgspec.json.Decoder(Row).decode


def line(seen: Place, who: str, evidence: str, facts: Iterable[tuple[str, str, str]], own: bool) -> bytes:
    """The row of `who` as a line. `own`: whether the evidence was asked of `who`, so that its answer shows it."""
    flags = (FIRST_HAND if own and seen.first_hand else 0) | (FRAMED if seen.heard else 0)
    told = [text for fact in sorted(set(facts)) for text in fact]
    try:
        return _encoded((seen.vantage, who, seen.seen_at, evidence, flags, told))
    except UnicodeEncodeError:  # half a pair of surrogates is no text in UTF-8
        return _encoded((seen.vantage, who, seen.seen_at, evidence, flags, [_whole(text) for text in told]))


def _whole(text: str) -> str:
    """The text with `?` for each sign that UTF-8 has none for."""
    return text.encode(errors="replace").decode()


def subjects(lines: Iterable[bytes]) -> Iterator[Subject]:
    """First-hand subjects by vantage, target and time; witnessed ones by the subject that named them and the name it gave.

    A target that answered is a subject even where no fact could be read: it is there, and nobody knows what it is.
    """
    for stay in stays(map(_row, lines)):
        yield from _of_stay(stay)


def stays(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Sorted rows in groups: one vantage, one target, no gap in time."""
    stay: list[Row] = []
    for row in rows:
        if stay and not _goes_on(stay[-1], row):
            yield stay
            stay = []
        stay.append(row)
    if stay:
        yield stay


HOUR = len("2026-11-01T10")


def _goes_on(before: Row, row: Row) -> bool:
    if before[1] != row[1] or before[0] != row[0]:
        return False
    if before[2][:HOUR] == row[2][:HOUR]:
        return True
    return read_time(row[2]) - read_time(before[2]) <= GAP


def _of_stay(stay: list[Row]) -> Iterator[Subject]:
    # The same hosts and stations week after week: their names are held once.
    vantage, target, start = intern(stay[0][0]), intern(stay[0][1]), stay[0][2]
    base = vantage, target, start
    found: dict[tuple[str, ...], Subject] = {}
    shown = [row for row in stay if row[4] & FIRST_HAND]
    if shown:
        subject = _at(base, shown[0][2], shown[-1][2], found)
        subject.heard = False
        _address_with_mac(subject, min(row[3] for row in shown))
    for row in stay:
        if row[5]:
            _take(base, row, found)
    for subject in found.values():
        subject.facts.extend([*addressed(subject.facts)])
        yield subject


def _take(base: tuple[str, str, str], row: Row, found: dict[tuple[str, ...], Subject]) -> None:
    _, _, seen_at, evidence, flags, told = row
    framed = bool(flags & FRAMED)
    for about, key, value in zip(told[::3], told[1::3], told[2::3], strict=True):
        who = about.startswith(HOST)
        if who:  # `host:A` is A's own `self`, `host:A/neighbor:x` a neighbour that A tells of
            about = about.partition("/")[2] or "self"
        fact = Fact(evidence, about, key, value)
        subject = _at(base, seen_at, seen_at, found, "" if about.startswith(OWN) else about)
        subject.heard = subject.heard and framed
        if who and about == "self":
            _showed(subject, fact)
        elif not subject.facts and about.startswith(STATION):  # the table's line names the station by its MAC
            subject.facts.append(Fact(evidence, about, "mac.address", about.removeprefix(STATION)))
        subject.facts.append(fact)


def _showed(subject: Subject, fact: Fact) -> None:
    """A host that showed itself on a link: by a MAC, which is its own, or at an address."""
    if _MAC.fullmatch(subject.target):
        subject.on_link |= {subject.target}
        if not subject.facts:
            subject.facts.append(Fact(fact.evidence, "self", "mac.address", subject.target))
    else:
        _address_with_mac(subject, fact.evidence)
    if fact.key == "mac.address":
        subject.on_link |= {fact.value}


def _address_with_mac(subject: Subject, evidence: str) -> None:
    """An IPv6 address that was made of a MAC is a fact of its own: the MAC is read out of it."""
    if not subject.facts and mac_of_address(subject.target):
        subject.facts.append(Fact(evidence, "self", "ip.address", subject.target.partition("%")[0]))


def _at(
    base: tuple[str, str, str], first: str, last: str, found: dict[tuple[str, ...], Subject], about: str = ""
) -> Subject:
    """The subject of a stay, made when it is new; `about`: the thing it tells of instead of itself."""
    key = (*base, intern(about)) if about else base
    subject = found.get(key)
    if subject is None:
        vantage, target = base[:2]
        made = Subject(key, vantage, "" if about else target, first, last, [], base if about else None)
        subject = found[key] = made
        return subject
    if first < subject.first_seen:
        subject.first_seen = first
    if last > subject.last_seen:
        subject.last_seen = last
    return subject


def one_stay(one: Subject, other: Subject) -> bool:
    """Whether two things were seen close enough in time for an address to have stayed with one of them."""
    late, early = max(one.first_seen, other.first_seen), min(one.last_seen, other.last_seen)
    return late <= early or read_time(late) - read_time(early) <= GAP

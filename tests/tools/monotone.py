"""Adds evidence to made-up sites a piece at a time, in any order, and compares each report with the one before.

    python -m tests.tools.monotone [ADDITIONS] [SEED]

Holds after every addition: what covered findings cite of devices' own words for a listed maker, as pairs of evidence and authority,
only grows; what they cite of anybody's words goes on being cited by a finding that accuses; nothing that is accused is lowered, and
of a device that turns out to be several a piece stays as accused as it was; no two serial numbers of one maker are one device. What is
left out stands in decision 0017. The sites hold what misleads: cloned host keys, engine ids of a whole batch, virtual MACs, proxies,
replaced boxes, tables and people that contradict the device.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import count

from fingerprints.assess import assess
from fingerprints.gather import gathered
from fingerprints.pack import Pack
from fingerprints.resolve import resolve
from fingerprints.room import Room
from fingerprints.subjects import subjects
from model.claims import Fact
from model.evidence import Evidence, Observation, observed
from model.report import RANK, Report
from tests.fingerprints.small_pack import pack

EACH = 40  # additions a site
HELD = pack()
LISTED = [("snmp.sys_description", "Listed box 7"), ("ssh.banner", "SECOND"), ("dhip.method", "notify")]
OTHERS = [
    ("snmp.sys_description", "Plain switch"),
    ("html_title", "Brand camera"),
    ("html_title", "Maybe camera"),
    ("html_title", "Sister cam"),
]
WEAK = [
    ("http_header.server", "webs"),
    ("html_title", "hangzhou"),
    ("snmp.sys_description", "Linux 6.1"),
    ("html_title", "nothing"),
]
BLOCKS = ["00:e0:fc", "00:40:8c"]
LABELS = ["Listed Ltd", "Plain Inc", "Brand Inc", "Nobody"]
SHARED = [
    ("ssh.host_key", "SHA256:cloned-image"),
    ("snmp.engine_id", "80001f8880e9bd0c1d12345678"),
    ("mac.address", "00:00:5e:00:01:05"),
]
Said = tuple[str, str, str]


class Thing:
    """A device of the made-up world: its maker never changes, its address may."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self.number = number
        self.address = f"10.0.0.{chance.randint(1, 6)}"
        self.oid = f"1.3.6.1.4.1.{chance.choice((9, 2011))}.1.{number}"
        self.serial = f"SN{number:04}X77"
        self.mac = f"{chance.choice(BLOCKS)}:00:00:{number:02x}"
        self.key = f"SHA256:own-key-{number}"
        self.words = [chance.choice(LISTED if chance.random() < 0.5 else OTHERS)]


def site(chance: random.Random) -> Iterator[Evidence]:
    """Pieces of evidence of one made-up site, without end. Things take turns at an address, a day apart."""
    things = [Thing(chance, number) for number in range(chance.randint(2, 6))]
    for number in count():
        one = chance.choice(things)
        vantage = chance.choice(("desk/eth0", "desk/eth0", "desk/eth1", f"file:rec-{one.number}"))
        seen_at = (
            f"2026-11-{1 + one.number:02}T{chance.randint(8, 10):02}:{number % 60:02}:{number // 60 % 60:02}.000000Z"
        )
        facts = [*told(chance, one, things)]
        body = json.dumps([*facts, ["self", "nothing", str(number)]]).encode()
        yield observed(Observation("t", vantage, one.address, f"q{number}", "answered", seen_at), body)


def told(chance: random.Random, one: Thing, things: Sequence[Thing]) -> Iterator[Said]:
    """What one exchange with a thing may tell: of itself, its parts, its neighbours, or what a person read on it."""
    own = [
        ("entity.serial", one.serial),
        ("mac.address", one.mac),
        ("ssh.host_key", one.key),
        ("snmp.sys_object_id", one.oid),
    ]
    yield from (("self", *fact) for fact in chance.sample(own, chance.randint(0, 3)))
    if chance.random() < 0.5:
        yield ("self", *chance.choice([*one.words, *WEAK, *LISTED, *OTHERS] if chance.random() < 0.4 else one.words))
    if chance.random() < 0.2:
        yield ("self", *chance.choice(SHARED))
    if chance.random() < 0.2:
        yield ("component:1", "entity.mfg_name", chance.choice(("Listed", "Plain")))
    other = chance.choice(things)
    if chance.random() < 0.2:
        yield (f"station:{other.mac}", "ip.address", other.address)
        yield (f"station:{other.mac}", "attached", '{"port":"7"}')
    if chance.random() < 0.2:
        yield (f"neighbor:lldp.{other.number}", "mac.address", other.mac)
        yield (f"neighbor:lldp.{other.number}", *chance.choice((LISTED[0], OTHERS[0])))
    if chance.random() < 0.1:
        yield (f"person:J. Doe {other.number}", "person.mac", other.mac)
        yield (f"person:J. Doe {other.number}", "person.maker", chance.choice(LABELS))


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    for one in evidence:
        yield from (Fact(one.id, *said) for said in json.loads(one.body or b"[]"))


def report(evidence: Sequence[Evidence], held: Pack) -> Report:
    return assess(evidence, {"t": read}, held, "test")


def pairs(found: Report, outcomes: Sequence[str], grades: Sequence[str]) -> set[tuple[str, str]]:
    """(evidence, authority) of the reasons of these grades that name a listed maker, in findings of these outcomes."""
    return {
        (why.evidence, reach.id)
        for one in found.findings
        if one.outcome in outcomes
        for why in one.why
        if why.rule.partition("/")[0] in HELD.listed and why.grade in grades
        for reach in one.authorities
    }


def own_words(found: Report) -> set[tuple[str, str]]:
    """What covered findings cite of the device's own words."""
    return pairs(found, ("covered", "conflict"), ("declared",))


def cited(found: Report) -> set[tuple[str, str]]:
    """What covered findings cite of anybody's words. A hint is left out: it accuses beside another alone, of one device."""
    return pairs(found, ("covered", "conflict"), ("declared", "witnessed", "component"))


def accusing(found: Report) -> set[tuple[str, str]]:
    """What any finding that accuses cites. Where a witness meant another of two devices, his words are that one's."""
    return pairs(found, ("covered", "conflict", "suspect"), ("declared", "witnessed", "component", "hint"))


# {evidence: all evidence of the device that it shows, the worst rank of it and its parts, whether circumstance holds it together}
Groups = dict[str, tuple[frozenset[str], int, bool]]


def groups(evidence: Sequence[Evidence], found: Report) -> tuple[Groups, str]:
    """Of each piece the device that it is of; and a device that holds two serial numbers of one maker, "" if there is none."""
    worst = {one.device: max(RANK[thing.outcome] for thing in (one, *one.components)) for one in found.findings}
    ranks = {
        name: min(rank, RANK["covered"]) for name, rank in worst.items()
    }  # a conflict counts as covered everywhere
    rows = gathered([[one] for one in evidence], {"t": read}, Room()).rows
    told: Groups = {}
    twice = ""
    for device in resolve(subjects(rows))[0]:
        own = frozenset(fact.evidence for fact in device.own if fact.key == "nothing")
        told.update(dict.fromkeys(own, (own, ranks[device.id], any(kind == "address" for kind, _ in device.ids))))
        serials = sorted({fact.value for fact in device.own if fact.key == "entity.serial"})
        twice = f"{device.id} has {serials}" if len(serials) > 1 else twice
    return told, twice


def lowered(before: Groups, after: Groups) -> Iterator[str]:
    """A device whose evidence still stands together is never lowered; of one that turned out to be several, some piece stays accused.

    Left out: what an address in somebody's table had joined (decision 0004). It was never said to be one thing, and a second
    MAC at that address, or a second address of that MAC, takes the table's line from it.
    """
    for name, (own, rank, loose) in before.items():
        if loose:
            continue
        if own <= after[name][0]:
            if after[name][1] < rank:
                yield f"lowered: {name} from {rank} to {after[name][1]}"
        elif max(after[one][1] for one in own) < rank:
            yield f"vanished: {name} from {rank}"


def faults(seed: int, additions: int, held: Pack) -> Iterator[str]:
    """What went wrong while `additions` pieces were added, in lines that name the seed."""
    done = 0
    while done < additions:
        chance = random.Random(f"{seed} {done}")
        source, evidence = site(chance), [*()]
        own, said, known = set[tuple[str, str]](), set[tuple[str, str]](), Groups()
        for step in range(min(EACH, additions - done)):
            evidence.insert(chance.randint(0, len(evidence)), next(source))
            now = report(evidence, held)
            where = f"seed {seed}, site {done}, addition {step}"
            if gone := own - own_words(now):
                yield f"{where}: no longer cited: {sorted(gone)[0]}"
            if gone := said - accusing(now):
                yield f"{where}: no longer accuses anybody: {sorted(gone)[0]}"
            after, joined = groups(evidence, now)
            yield from (f"{where}: {line}" for line in [*lowered(known, after)][:1])
            if joined:
                yield f"{where}: joined: {joined}"
            own, said, known = own_words(now), (said & accusing(now)) | cited(now), after
        done += EACH


def main(words: Sequence[str]) -> int:
    additions, seed = (int(word) for word in (*words, *("10000", "1")[len(words) :]))
    found = 0
    for line in faults(seed, additions, HELD):
        found += 1
        print(line, flush=True)
    print(f"{additions:,} additions, seed {seed}: {found} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

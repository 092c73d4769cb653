"""Town: a store with many sites, filled through its tables at once; what stands at each site is one of a few reports, judged for real."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, insert

from agent.ask import Source
from agent.engine import engine
from agent.imports import ip_neigh
from collector.clock import ahead, stamp
from collector.place import Place
from collector.rows import clocks
from collector.rows.moments import noted
from collector.rows.taken import Taken, taken
from collector.store.store import random_id
from collector.store.tables import (
    ASKED,
    COUNTS,
    agent,
    audit,
    change,
    coverage,
    device,
    entity,
    network,
    report,
    site,
    token,
)
from model.enrolment import Enrolled
from model.report import Site
from tests.collector.site import CISCO, HUAWEI, Agent, evidence
from tests.collector.site import stamp as moment

PLACES = (
    ("US", "Virginia"),
    ("US", "Maine"),
    ("US", "Hawaii"),
    ("DE", "Bremen"),
    ("JP", "Kanagawa"),
    ("GB", "Hampshire"),
    ("IT", "Liguria"),
    ("KR", "Busan"),
    ("AU", "Victoria"),
    ("", ""),
)
CONTRACTS = ("N00024-26-C-0001", "N00024-26-C-0417", "W912DY-25-D-0038", "FA8750-26-C-0112", "47QTCA-24-D-00AB")
CATEGORIES = ("Network", "Video surveillance", "Telephony", "Building automation", "Printing")
SAID = (
    CISCO,
    "HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD153",
    "Juniper Networks, Inc. ex2300-24t Ethernet Switch, kernel JUNOS 20.4R3",
    "Hangzhou H3C Comware Platform Software, Software Version 7.1",
    "Linux host 5.10.0 x86_64",
)
COVERED = (HUAWEI, "ZXR10 ROS Version V4.08.23 ZXR10_2928")


class Sent(NamedTuple):
    """One report as it is kept at many sites, and the digest of its body."""

    taken: Taken
    digest: str


def sent(kinds: int, devices: int, seed: int = 7) -> Iterator[Sent]:
    """`kinds` reports of `devices` devices each; in some a device says that it is covered, in some its MAC alone makes it suspect."""
    chance = random.Random(seed)
    for number in range(kinds):
        said = [SAID[chance.randrange(5)] for _ in range(devices)]
        said[:2] = [COVERED[number % 2], COVERED[0]] if number % 4 == 0 else said[:2]
        held = {
            f"10.{number}.{n // 250}.{n % 250 + 1}": words
            for n, words in enumerate(said[:-2] if number % 3 == 0 else said)
        }
        found = evidence(Site(id=f"kind-{number}", name=f"Kind {number}"), held, done=number % 5 != 3)
        yield _sent([*found, *_neighbours(number, number % 3 == 0)])


def _neighbours(number: int, suspect: bool) -> Iterator[Any]:
    """A neighbour table with two devices that nothing else is known of."""
    macs = ("00:e0:fc:12:34:56", "3c:ef:8c:0a:0b:0c") if suspect else ()
    rows = "".join(f"10.{number}.9.{n} dev eth0 lladdr {mac} REACHABLE\n" for n, mac in enumerate(macs, 1))
    if rows:
        yield from ip_neigh.take(Source("neighbours.txt", rows.encode(), moment(-60)))


def _sent(found: list[Any]) -> Sent:
    maker = Agent(None)
    maker.home = Enrolled("a", "o", "e", Site(id="kind"), "")
    data = maker.parcel(found)
    made = taken(data)
    return Sent(made, made.columns["digest"])


def filled(place: Place, org: str, sites: int, kinds: list[Sent], seed: int = 11) -> None:
    """Sites with their entities, reports, devices, ledgers, agents, clocks, tokens and a log."""
    chance = random.Random(seed)
    with place.store.tenant(org, write=True) as tx:
        for one in kinds:
            place.blobs.keep(tx, org, one.taken.blobs, stamp())
        firms = [
            _firm(tx, org, f"Example {word} LLC")
            for word in ("Marine", "Avionics", "Logistics", "Power", "Optics", "Software")
        ]
        rows = [_site(chance, org, number, firms) for number in range(sites)]
        stands = [(row, kinds[number % len(kinds)]) for number, row in enumerate(rows) if chance.random() > 0.06]
        for row, one in stands:
            row.update(_standing(chance, row, one))
        for table, made in _rows(chance, org, stands, rows):
            for start in range(0, len(made), 20_000):
                tx.execute(insert(table), made[start : start + 20_000])
    _clocks(place, org, stands)


def _firm(tx: Connection, org: str, name: str) -> str:
    made = random_id()
    tx.execute(insert(entity).values(organisation=org, id=made, name=name, created_at=stamp()))
    return made


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _site(chance: random.Random, org: str, number: int, firms: list[str]) -> dict[str, Any]:
    country, region = chance.choice(PLACES)
    held = {
        "organisation": org,
        "id": random_id(),
        "entity": firms[number % len(firms)],
        "ref": f"site-{number:04}",
        "country": country,
    }
    told = {"name": f"{region or 'Depot'} {number:04}", "region": region, "created_at": stamp()}
    several = {"contracts": _text([chance.choice(CONTRACTS)]), "supply_categories": _text([chance.choice(CATEGORIES)])}
    blank = dict.fromkeys((*COUNTS, *ASKED), 0) | {
        "coverage_before": None,
        "report": None,
        "reported_at": None,
        "received_at": None,
    }
    due = f"2027-0{1 + number % 9}-28" if number % 3 else ""
    return {**held, **told, **several, **blank, "due": due, "agents": 0, "agent_seen_at": None}


def _standing(chance: random.Random, row: dict[str, Any], one: Sent) -> dict[str, Any]:
    days = chance.choice((1, 1, 1, 3, 8, 20, 120))
    at = ahead(-days * 86_400 - chance.randrange(80_000))
    counts = {name: one.taken.columns[name] for name in (*COUNTS, *ASKED)} | {"not_examined": 1}
    before = min(1000, counts["coverage"] + (150 if chance.random() < 0.05 else 0))
    seen = ahead(-(chance.randrange(40_000) if chance.random() > 0.07 else 9 * 86_400))
    return {
        **counts,
        "coverage_before": before,
        "report": random_id(),
        "reported_at": at,
        "received_at": at,
        "agents": 1,
        "agent_seen_at": seen,
    }


def _rows(
    chance: random.Random, org: str, stands: list[tuple[dict[str, Any], Sent]], rows: list[dict[str, Any]]
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    yield site, rows
    yield report, [_report(org, row, one) for row, one in stands]
    yield (
        device,
        [
            {**said, **_keyed(org, row), "changed_at": row["received_at"]}
            for row, one in stands
            for said in one.taken.devices or ()
        ],
    )
    names = ("probe", "scope", "asked", "answered", "silent", "refused", "excluded", "status")
    yield (
        coverage,
        [
            {**_keyed(org, row), **{n: getattr(c, n) for n in names}, "reason": getattr(c, "reason", "")}
            for row, one in stands
            for c in one.taken.coverage or ()
        ],
    )
    nets = [("10.0.0.0/24", "in scope"), ("192.168.77.0/24", "not examined")]
    yield (
        network,
        [
            {**_keyed(org, row), "name": name, "kind": "subnet", "status": status, "reason": ""}
            for row, _ in stands
            for name, status in nets
        ],
    )
    yield agent, [_agent(chance, org, row) for row, _ in stands]
    yield change, [_change(org, row, one) for row, one in stands[::7] if one.taken.devices]
    waits = {"created_at": stamp(), "created_by": "ada", "expires_at": ahead(86_400 * 14)}
    yield (
        token,
        [
            {"organisation": org, "id": random_id(), "site": row["id"], "sha256": random_id(), **waits}
            for row in rows[:300]
        ],
    )
    who = {
        "organisation": org,
        "who": "x",
        "name": "ada",
        "action": "read",
        "what": "register, 50 of 5000",
        "address": "127.0.0.1",
    }
    yield audit, [{**who, "at": ahead(-n), "site": rows[n % len(rows)]["id"]} for n in range(len(rows) * 4)]


def _keyed(org: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"organisation": org, "site": row["id"], "report": row["report"]}


def _report(org: str, row: dict[str, Any], one: Sent) -> dict[str, Any]:
    when = {"finished_at": row["reported_at"], "received_at": row["received_at"]}
    return {
        **one.taken.columns,
        **when,
        "organisation": org,
        "id": row["report"],
        "site": row["id"],
        "origin": "agent",
        "replay": "",
        "current": True,
    }


def _agent(chance: random.Random, org: str, row: dict[str, Any]) -> dict[str, Any]:
    held = {
        "organisation": org,
        "id": random_id(),
        "site": row["id"],
        "host": f"probe-{row['ref'][5:]}",
        "keyid": f"sha256:{random_id()}{random_id()}",
    }
    told = {
        "key": "-",
        "engine": engine(),
        "enrolled_at": ahead(-86_400 * 90),
        "seen_at": row["agent_seen_at"],
        "state": "waiting",
    }
    return {
        **held,
        **told,
        "spool_parcels": chance.choice((0, 0, 0, 2)),
        "last_scan": row["reported_at"],
        "next_scan": ahead(86_400),
    }


def _change(org: str, row: dict[str, Any], one: Sent) -> dict[str, Any]:
    first = (one.taken.devices or [{}])[0]
    before, after = ({"outcome": word, "maker": "", "model": "", "parts": []} for word in ("unknown", first["outcome"]))
    return {
        **_keyed(org, row),
        "device": first["device"],
        "at": row["received_at"],
        "cause": "report",
        "before": _text(before),
        "after": _text(after),
        "pack": one.taken.columns["pack"],
    }


def _clocks(place: Place, org: str, stands: list[tuple[dict[str, Any], Sent]], most: int = 60) -> None:
    """Candidates of some of the sites that have something to count."""
    accusing = [(row, one) for row, one in stands if one.taken.report and clocks.accusing(one.taken.report)]
    with place.store.tenant(org, write=True) as tx:
        for row, one in accusing[:most]:
            assert one.taken.report is not None
            noted(tx, org, row["id"], one.digest, "assessed", row["received_at"])
            clocks.opened(tx, org, row["id"], one.taken.report, one.digest, "report", row["received_at"])

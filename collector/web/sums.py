"""The figures of the overview: over all sites that are not closed, each leading to its list, and what waits for somebody."""

from typing import Any

import msgspec
from sqlalchemy import func, select

from collector.desk import Desk
from collector.rows.states import flags, open_ones
from collector.store.tables import clock, filing, site
from collector.views.sites import rules
from collector.web.words import hours

FIGURES = (
    "devices",
    "covered",
    "conflict",
    "suspect",
    "unknown",
    "not_examined",
    "unexplained_macs",
    "clocks",
    "asked",
    "answered",
)
SOON = 72  # hours
WAITING = {
    "never_reported": "Sites that never reported",
    "silent_agent": "Sites whose agent is silent",
    "stale": "Sites whose report is stale",
    "coverage_fell": "Sites whose coverage fell",
    "overdue": "Sites past their due day",
}


class Sums(msgspec.Struct, frozen=True):
    """Over all sites that are not closed. `share`: answered of asked, in thousandths."""

    sites: int
    reported: int
    devices: int
    covered: int
    conflict: int
    suspect: int
    unknown: int
    not_examined: int
    unexplained_macs: int
    clocks: int
    asked: int
    answered: int
    share: int


class Tile(msgspec.Struct, frozen=True):
    """One figure that leads to its list."""

    kind: str
    count: int
    what: str
    more: str
    link: str


def open_sites(desk: Desk, query: Any) -> Any:
    """The query over the sites that the asker may see and that are not closed."""
    return query.select_from(site).where(desk.who.mine(site), open_ones())


def sums(desk: Desk) -> Sums:
    """The figures of all sites."""
    held = [func.count(), func.count(site.c.report), *(func.coalesce(func.sum(site.c[name]), 0) for name in FIGURES)]
    count = [int(value) for value in desk.tx.execute(open_sites(desk, select(*held))).one()]
    share = count[-1] * 1000 // count[-2] if count[-2] else 0
    return Sums(*count, share)  # type: ignore[call-arg]


def todo(desk: Desk, all_of_them: Sums) -> list[tuple[str, int, str]]:
    """(what, how many, where) of all that waits for somebody."""
    held = flags(rules(desk), desk.now)
    names = list(held)
    counts = desk.tx.execute(open_sites(desk, select(*(func.count().filter(held[name]) for name in names)))).one()
    found = [
        (WAITING[name], int(count), f"/sites?state={name.replace('_', '-')}")
        for name, count in zip(names, counts, strict=True)
    ]
    unsigned = select(func.count()).select_from(filing).where(desk.who.mine(filing), filing.c.state != "signed")
    found += [
        ("Clocks due within three days, or past due", _soon(desk), "/clocks?standing=open"),
        ("Suspect devices", all_of_them.suspect, "/review?outcome=suspect"),
        ("Filings not yet signed", int(desk.tx.execute(unsigned).scalar_one()), "/filings"),
    ]
    return [one for one in found if one[1]]


def _soon(desk: Desk) -> int:
    held = select(clock.c.due_at).where(desk.who.mine(clock), clock.c.word == "", clock.c.due_at != "")
    early = desk.tx.execute(held.order_by(clock.c.due_at).limit(10_000)).scalars()
    return sum(hours(one, desk.now) < SOON for one in early)


def tiles(count: Sums) -> list[Tile]:
    """The figures that people ask for first."""
    return [
        Tile(
            "okay", count.reported, "sites reported", f"of {count.sites:,} in the register", "/sites?sort=-received_at"
        ),
        Tile(
            "covered",
            count.covered + count.conflict,
            "covered devices",
            f"{count.conflict:,} of them in conflict",
            "/devices?outcome=covered,conflict",
        ),
        Tile(
            "suspect", count.suspect, "suspect devices", "signs, not declared by the device", "/review?outcome=suspect"
        ),
        Tile(
            "fell", count.not_examined, "networks not examined", "named, and not looked at", "/sites?sort=-not_examined"
        ),
        Tile(
            "",
            count.unexplained_macs,
            "unexplained MACs",
            "no identified device owns them",
            "/sites?sort=-unexplained_macs",
        ),
        Tile("clock", count.clocks, "open clocks", "wait for a person's word", "/clocks?standing=open"),
    ]

"""The overview: how many sites stand how, what is accused, what was not seen, which clocks may run; by country, contract, category."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response
from markupsafe import Markup
from sqlalchemy import func, select

from collector.desk import Desk
from collector.rows.states import STATES, WORDS, flags, open_ones, state
from collector.store.tables import clock, filing, site
from collector.views.sites import rules
from collector.web.bars import Bar, chart
from collector.web.route import get
from collector.web.show import page
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
MOST = 12  # bars of a chart; the table beside it has them all
SOON = 72  # hours
WAITING = {
    "never_reported": "Sites that never reported",
    "silent_agent": "Sites whose agent is silent",
    "stale": "Sites whose report is stale",
    "coverage_fell": "Sites whose coverage fell",
    "overdue": "Sites past their due day",
}


class Chart(msgspec.Struct, frozen=True):
    """`drawn`: SVG; `rows`: the same figures, each row beginning with its name."""

    drawn: Markup
    rows: list[tuple[Any, ...]]


class Tile(msgspec.Struct, frozen=True):
    """One figure that leads to its list."""

    kind: str
    count: int
    what: str
    more: str
    link: str


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


def _mine(desk: Desk, query: Any) -> Any:
    return query.select_from(site).where(desk.who.mine(site), open_ones())


def sums(desk: Desk) -> Sums:
    """The figures of all sites."""
    held = [func.count(), func.count(site.c.report), *(func.coalesce(func.sum(site.c[name]), 0) for name in FIGURES)]
    count = [int(value) for value in desk.tx.execute(_mine(desk, select(*held))).one()]
    share = count[-1] * 1000 // count[-2] if count[-2] else 0
    return Sums(*count, share)  # type: ignore[call-arg]


def by_state(desk: Desk) -> Chart:
    """Sites by the one word that stands for each."""
    each = select(state(rules(desk), desk.now).label("word")).where(desk.who.mine(site)).subquery()
    query = select(each.c.word, func.count()).group_by(each.c.word)
    found = {name: int(count) for name, count in desk.tx.execute(query)}
    rows = [(name, found[name]) for name in STATES if name in found]
    bars = [Bar(WORDS[name], ((name, "sites", count),), f"/sites?state={name}") for name, count in rows]
    return Chart(chart("state", "Sites by state", bars), [(WORDS[name], count) for name, count in rows])


def by(desk: Desk, name: str, words: str, column: str) -> Chart:
    """What is accused, by a column of the register; one that holds several counts for each of them."""
    figures = [func.sum(site.c[one]) for one in ("covered", "conflict", "suspect", "not_examined", "clocks")]
    held: dict[str, list[int]] = {}
    for said, *counts in desk.tx.execute(
        _mine(desk, select(site.c[column], func.count(), *figures)).group_by(site.c[column])
    ):
        for one in _several(said):
            held[one] = [old + int(new) for old, new in zip(held.get(one, [0] * 6), counts, strict=True)]
    ranked = sorted(held.items(), key=lambda item: (-(item[1][1] + item[1][2] + item[1][3]), item[0]))
    bars = [
        Bar(
            one or "not said",
            (("covered", "covered", c[1] + c[2]), ("suspect", "suspect", c[3])),
            f"/sites?{urlencode({name: one})}" if one else "",
        )
        for one, c in ranked[:MOST]
    ]
    rows = [(one or "not said", c[0], c[1] + c[2], c[3], c[4], c[5]) for one, c in ranked]
    return Chart(chart(name, f"Accused devices by {words}", bars), rows)


def _several(said: str) -> Iterable[str]:
    return (msgspec.json.decode(said) or [""]) if said[:1] == "[" else [said]


def todo(desk: Desk, all_of_them: Sums) -> list[tuple[str, int, str]]:
    """(what, how many, where) of all that waits for somebody."""
    held = flags(rules(desk), desk.now)
    names = list(held)
    counts = desk.tx.execute(_mine(desk, select(*(func.count().filter(held[name]) for name in names)))).one()
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


@get("/")
def show(desk: Desk) -> Response[bytes]:
    """How everything stands now."""
    count = sums(desk)
    desk.note("read", "overview")
    charts: dict[str, Any] = {"by_state": by_state(desk), "by_country": by(desk, "country", "country", "country")}
    charts |= {"by_contract": by(desk, "contract", "contract", "contracts")}
    charts |= {"by_category": by(desk, "supply_category", "supply category", "supply_categories")}
    keys: dict[str, Any] = {
        "state_key": [(name, WORDS[name]) for name in STATES],
        "accused_key": [("covered", "covered or in conflict"), ("suspect", "suspect")],
    }
    return page(
        desk,
        "overview.html",
        title="Overview",
        here="/",
        sums=count,
        tiles=tiles(count),
        todo=todo(desk, count),
        **charts,
        **keys,
    )


HANDLERS = [show]

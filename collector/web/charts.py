"""The charts of the overview: sites by state; what is accused by country, contract and supply category; each with its figures as rows."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup
from sqlalchemy import func, select

from collector.desk import Desk
from collector.rows.states import STATES, WORDS, state
from collector.store.tables import site
from collector.views.sites import rules
from collector.web.bars import Bar, chart
from collector.web.sums import open_sites

MOST = 12  # bars of a chart; the table beside it has them all


class Chart(msgspec.Struct, frozen=True):
    """`drawn`: SVG; `rows`: the same figures, each row beginning with its name."""

    drawn: Markup
    rows: list[tuple[Any, ...]]


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
        open_sites(desk, select(site.c[column], func.count(), *figures)).group_by(site.c[column])
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

"""How a site stands, as columns of a query: never reported, silent, stale, coverage fell, overdue; all can be filtered and sorted by."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, not_

from collector.settings import Rules
from collector.store.tables import site
from model.times import read, written

STATES = ("never-reported", "silent-agent", "stale", "coverage-fell", "current", "closed")
"""The worst first: a site has the first that holds."""
WORDS = {
    "never-reported": "never reported",
    "silent-agent": "its agent is silent",
    "stale": "its report is stale",
    "coverage-fell": "coverage fell",
    "current": "current",
    "closed": "closed",
}


def flags(rules: Rules, now: str) -> dict[str, ColumnElement[bool]]:
    """{name: condition} of what can hold at once."""
    moment = read(now)
    return {
        "never_reported": site.c.report.is_(None),
        "silent_agent": and_(
            site.c.agents > 0, func.coalesce(site.c.agent_seen_at, "") < _before(moment, rules.silent_days)
        ),
        "stale": and_(site.c.report.is_not(None), site.c.reported_at < _before(moment, rules.current_days)),
        "coverage_fell": and_(
            site.c.coverage_before.is_not(None), site.c.coverage_before - site.c.coverage >= rules.fell
        ),
        "overdue": and_(site.c.due != "", site.c.due < now[:10], func.coalesce(site.c.reported_at, "") < site.c.due),
    }


def state(rules: Rules, now: str) -> ColumnElement[str]:
    """The one word for a site."""
    held = flags(rules, now)
    order: list[tuple[ColumnElement[bool], Any]] = [(site.c.closed_at.is_not(None), literal("closed"))]
    order += [(held[one.replace("-", "_")], literal(one)) for one in STATES[:4]]
    return case(*order, else_=literal("current"))


def rank(rules: Rules, now: str) -> ColumnElement[int]:
    """For sorting: the worst is 0."""
    word = state(rules, now)
    return case({one: number for number, one in enumerate(STATES)}, value=word, else_=literal(len(STATES)))


def holds(flag: str, rules: Rules, now: str) -> ColumnElement[bool]:
    """The condition of one word: a state, or a flag that can hold beside others. KeyError for none."""
    if flag == "closed":
        return site.c.closed_at.is_not(None)
    if flag == "current":
        return state(rules, now) == "current"
    return and_(site.c.closed_at.is_(None), flags(rules, now)[flag.replace("-", "_")])


def open_ones() -> ColumnElement[bool]:
    """Sites that are not closed."""
    return not_(site.c.closed_at.is_not(None))


def _before(moment: datetime, days: int) -> str:
    return written(moment - timedelta(days=days))

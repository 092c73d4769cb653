"""Clocks: reporting periods that may run, and a person's word on each. Software opens candidates and decides none."""

from typing import Any

import msgspec
from litestar import get, post
from sqlalchemy import select, update

from collector.desk import Desk
from collector.lists import Limit, Offset, Page, Slice, Sort, Word, page, shaped
from collector.refused import Refused, unknown
from collector.rows.clocks import counted
from collector.store.tables import clock, moment, site
from model.answering import word
from model.answers import ClockWord
from model.asked import Ask
from model.clocks import Due
from model.times import read


class Clock(msgspec.Struct, frozen=True):
    """A candidate. `began_at`: its earliest moment, `began_by`: of which kind; `source`: report, replay or preview; `overdue`: by now.

    `word`: a person's, null while nobody has spoken.
    """

    site: str
    ref: str
    device: str
    clause: str
    outcome: str
    about: str
    trigger: str
    began_at: str
    began_by: str
    due_at: str
    due: str
    dues: list[Due]
    report: str
    source: str
    opened_at: str
    word: ClockWord | None
    overdue: bool


class Spoken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's word: `accept` yes (it ran from `moment`, a written time with zone) or no; who, when (a day) and why."""

    device: str
    clause: str
    accept: str
    by: str
    date: str
    reason: str
    moment: str = ""


class Moment(msgspec.Struct, frozen=True):
    """When somebody may have learned of a report: assessed, replayed, read."""

    site: str
    report: str
    kind: str
    at: str
    who: str


JOINED = (site.c.organisation == clock.c.organisation) & (site.c.id == clock.c.site)
SORTS = {name: clock.c[name] for name in ("due_at", "began_at", "opened_at", "clause", "outcome")}


def clocks(desk: Desk, where: str, standing: str, part: Slice) -> Page[Clock]:
    """Candidates. `standing`: open, accepted, rejected or "" for all."""
    query = select(*clock.c, site.c.ref).join(site, JOINED).where(desk.who.mine(clock))
    if where:
        query = query.where(clock.c.site == desk.site(where, "read", "clocks").id)
    if standing:
        query = query.where(_standing(standing))
    rows, total = page(desk, query, part, {**SORTS, "ref": site.c.ref}, [clock.c.site, clock.c.device, clock.c.clause])
    desk.note("read", f"clocks, {len(rows)} of {total}")
    return Page([_clock(row, desk.now) for row in rows], total, part.offset, part.limit)


def _standing(name: str) -> Any:
    words = {
        "open": clock.c.word == "",
        "accepted": clock.c.word.contains('"accept":"yes"'),
        "rejected": clock.c.word.contains('"accept":"no"'),
    }
    if name not in words:
        raise Refused(400, "standing", f"{name[:40]!r} is none", f"one of: {', '.join(words)}", final=True)
    return words[name]


def _clock(row: Any, now: str) -> Clock:
    said = msgspec.json.decode(row.word, type=ClockWord) if row.word else None
    over = bool(row.due_at) and row.due_at < now and (said is None or said.accept == "yes")
    return shaped(row, Clock, word=msgspec.to_builtins(said), overdue=over)


def spoken(desk: Desk, where: str, data: Spoken) -> Clock:
    """Write a person's word on a candidate; a later word takes the place of an earlier one, and the audit log has both."""
    home = desk.site(where, "clock")
    held = (
        clock.c.organisation == home.organisation,
        clock.c.site == home.id,
        clock.c.device == data.device,
        clock.c.clause == data.clause,
    )
    if desk.tx.execute(select(clock.c.clause).where(*held)).first() is None:
        raise unknown("clock")
    given = {name: getattr(data, name) for name in ("accept", "by", "date", "reason", "moment")}
    fixed = {"clause": data.clause, "device": data.device}
    ask = Ask(f"clock {data.clause}", "a person's word", "clock", fixed, tuple(given), "clocks")
    said = word(ask, given, read(desk.now).date())
    text = msgspec.json.encode(said).decode()
    desk.tx.execute(update(clock).where(*held).values(word=text, closed_at=desk.now if data.accept == "no" else None))
    counted(desk.tx, home.organisation, home.id)
    desk.note("clock", f"{data.clause} {data.device}: {text}"[:480], home.id)
    row = desk.tx.execute(select(*clock.c, site.c.ref).join(site, JOINED).where(*held)).one()
    return _clock(row, desk.now)


@get("/api/v1/clocks", sync_to_thread=True, tags=["clocks"], summary="Reporting clocks that may run")
def listed(
    desk: Desk, site: Word = "", standing: Word = "", sort: Sort = "due_at", limit: Limit = 100, offset: Offset = 0
) -> Page[Clock]:
    """The earliest due first."""
    return clocks(desk, site, standing, Slice(limit, offset, sort))


@post(
    "/api/v1/sites/{site:str}/clocks",
    role="reviewer",
    sync_to_thread=True,
    tags=["clocks"],
    summary="Speak on a clock",
    status_code=200,
)
def speak(desk: Desk, site: str, data: Spoken) -> Clock:
    """Accept it or not, by name, day and reason."""
    return spoken(desk, site, data)


@get(
    "/api/v1/sites/{site:str}/moments",
    sync_to_thread=True,
    tags=["clocks"],
    summary="When somebody may have learned of a site's reports",
)
def moments(desk: Desk, site: str, limit: Limit = 100, offset: Offset = 0) -> Page[Moment]:
    """The newest first."""
    return moments_of(desk, site, limit, offset)


def moments_of(desk: Desk, where: str, limit: int, offset: int) -> Page[Moment]:
    """Moments of a site, the newest first."""
    home = desk.site(where, "read", "moments")
    query = select(moment).where(desk.who.mine(moment), moment.c.site == home.id)
    rows, total = page(desk, query, Slice(limit, offset, "-id"), {"id": moment.c.id}, [moment.c.id])
    return Page([shaped(row, Moment) for row in rows], total, offset, limit)


HANDLERS = [listed, speak, moments]

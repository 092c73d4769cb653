"""Clock candidates of a site's report, as rows: opened by the moments on record, never closed by software."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, func, select, update

from agent.federal import ZONE, days_off
from collector.store.quiet import put_new
from collector.store.tables import answers, clock, entity, moment, site
from model import answers as said
from model.answers import Answers
from model.clocks import Candidate, Moment
from model.entity import Contract, Entity, EntitySite
from model.filing import Filing, Held
from model.report import ACCUSING, Report
from reporters._clockwork import Calendar, candidates

# Made once, as in standing.py.
ORG: BindParameter[str] = bindparam("org")
AT: BindParameter[str] = bindparam("at_site")
SITE = (site.c.organisation == ORG) & (site.c.id == AT)
OURS = (clock.c.organisation == ORG) & (clock.c.site == AT)
KNOWN = select(clock).where(OURS)
WAITING = select(func.count()).select_from(clock).where(OURS, clock.c.word == "")
COUNTED = update(site).where(SITE).values(clocks=WAITING.scalar_subquery())
MOMENTS = (
    select(moment)
    .where(moment.c.organisation == ORG, moment.c.site == AT, moment.c.report == bindparam("of"))
    .order_by(moment.c.at)
)
FIRM = (
    select(entity)
    .join(site, (site.c.organisation == entity.c.organisation) & (site.c.entity == entity.c.id))
    .where(SITE)
)
SPOKEN = (
    select(answers.c.body, answers.c.contracts)
    .where(answers.c.organisation == ORG, answers.c.entity == bindparam("of"))
    .order_by(answers.c.id.desc())
    .limit(1)
)


def accusing(report: Report) -> bool:
    """Whether a report accuses anything: else there is nothing to count."""
    return any(
        one.outcome in ACCUSING or any(part.outcome in ACCUSING for part in one.components) for one in report.findings
    )


def opened(tx: Connection, org: str, where: str, report: Report, digest: str, source: str, now: str) -> int:
    """Open a row for each candidate that has none, and bring the times of the others up; how many are new."""
    found = candidates_of(tx, org, where, report, digest, now)
    known = {(row.device, row.clause): row for row in tx.execute(KNOWN, {"org": org, "at_site": where})}
    fresh = {(one.device, one.clause): one for one in found if (one.device, one.clause) not in known}
    if fresh:
        keyed = {"organisation": org, "site": where, "report": digest, "source": source, "opened_at": now}
        # Two may look at once, at a preview or at a report whose rows are being written: the first row is the one that counts.
        put_new(tx, clock, [{**keyed, "device": d, "clause": c, **row_of(one)} for (d, c), one in fresh.items()])
    for one in found:
        row = known.get((one.device, one.clause))
        if row is not None and (row.outcome != one.outcome or one.moments[0].at < row.began_at):
            ours = (
                clock.c.organisation == org,
                clock.c.site == where,
                clock.c.device == one.device,
                clock.c.clause == one.clause,
            )
            tx.execute(update(clock).where(*ours).values(**row_of(one)))
    counted(tx, org, where)
    return len(fresh)


def counted(tx: Connection, org: str, where: str) -> None:
    """Write into the register how many clocks of a site wait for a person's word."""
    tx.execute(COUNTED, {"org": org, "at_site": where})


def row_of(one: Candidate) -> dict[str, Any]:
    """What a row says of a candidate."""
    due = one.dues[0] if one.dues else None
    dues = msgspec.json.encode(one.dues).decode()
    told = {"outcome": one.outcome, "about": one.about[:300], "trigger": one.trigger, "dues": dues}
    return {
        **told,
        "began_at": one.moments[0].at,
        "began_by": one.moments[0].kind,
        "due_at": due.at if due else "",
        "due": due.name if due else "",
    }


def candidates_of(tx: Connection, org: str, where: str, report: Report, digest: str, now: str) -> tuple[Candidate, ...]:
    """The candidates of one report under the contracts of its entity."""
    ours = {"org": org, "at_site": where}
    known = [Moment(row.kind, row.at, row.report) for row in tx.execute(MOMENTS, {**ours, "of": digest})]
    row = tx.execute(FIRM, ours).one()
    spoken, contracts = answered(tx, org, row.id)
    firm = Entity(row.name, row.uei, row.cage, site=(EntitySite(report.site.id, report.site.name),), contract=contracts)
    filing = Filing("status", firm, (Held(report, digest),), spoken, (), now)
    return candidates(filing, known, calendar(_years(filing, known)))


def answered(tx: Connection, org: str, firm: str) -> tuple[Answers, tuple[Contract, ...]]:
    """What persons said of an entity last, and the contracts that they named."""
    row = tx.execute(SPOKEN, {"org": org, "of": firm}).first()
    if row is None:
        return Answers(), ()
    return said.parsed(row.body.encode(), "answers"), msgspec.json.decode(row.contracts, type=tuple[Contract, ...])


def _years(filing: Filing, known: Sequence[Moment]) -> tuple[int, int]:
    years = [int(at[:4]) for at in (filing.prepared_at, *(one.at for one in known)) if at[:4].isdigit()]
    years += [int(one.first_seen[:4]) for _, one in filing.findings() if one.first_seen[:4].isdigit()]
    return max(2018, min(years)), min(2100, max(years) + 2)


@lru_cache(maxsize=16)
def calendar(years: tuple[int, int]) -> Calendar:
    """The federal calendar of the years from the first to the second."""
    days: frozenset[date] = days_off(range(*years))
    return Calendar(days, ZONE)

"""Moments at which somebody may have learned of what a report says: assessed, replayed, read."""

from sqlalchemy import Connection, insert, select

from collector.store.tables import moment


def noted(tx: Connection, org: str, where: str, report: str, kind: str, at: str, who: str = "") -> None:
    """A moment at which somebody may have learned of what a report says. The first of each kind is the one that counts."""
    held = (moment.c.organisation == org, moment.c.site == where, moment.c.report == report, moment.c.kind == kind)
    if tx.execute(select(moment.c.id).where(*held, moment.c.who == who).limit(1)).first() is None:
        tx.execute(insert(moment).values(organisation=org, site=where, report=report, kind=kind, at=at, who=who))

"""Moments at which somebody may have learned of what a report says: assessed, replayed, read."""

from sqlalchemy import Connection, bindparam, insert, select

from collector.store.tables import moment

FIELDS = ("organisation", "site", "report", "kind", "who")
HELD = select(moment.c.id).where(*(moment.c[name] == bindparam(f"a_{name}") for name in FIELDS)).limit(1)
NEW = insert(moment)


def noted(tx: Connection, org: str, where: str, report: str, kind: str, at: str, who: str = "") -> None:
    """A moment at which somebody may have learned of what a report says. The first of each kind is the one that counts."""
    row = {"organisation": org, "site": where, "report": report, "kind": kind, "who": who}
    if tx.execute(HELD, {f"a_{name}": value for name, value in row.items()}).first() is None:
        tx.execute(NEW, {**row, "at": at})

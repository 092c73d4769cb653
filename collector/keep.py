"""Retention and sweeping: what a class may not outlive goes, with its digest and the reason kept; what a crash left behind goes too."""

from collections.abc import Iterator
from pathlib import Path
from time import time

from sqlalchemy import delete, insert, select

from collector.clock import ahead, stamp
from collector.erase import let_go
from collector.files import held, needed, removed, unlinked
from collector.intake.uploads import swept as halves_swept
from collector.people.knocks import swept as knocks_swept
from collector.place import Place
from collector.settings import Rules, rules_of
from collector.store.tables import audit, erasure, organisation, report, session
from collector.store.turns import letting_go

DAY = 86_400
MOST = 200  # reports of one transaction


def kept(place: Place) -> int:
    """Let go what retention says, in every organisation; how many things."""
    with place.store.system() as tx:
        rules = {
            row.id: rules_of(row.settings) for row in tx.execute(select(organisation.c.id, organisation.c.settings))
        }
    return sum(_reports(place, org, own) + _lists(place, org, own) for org, own in rules.items())


def _reports(place: Place, org: str, rules: Rules) -> int:
    count = 0
    for kind, gone in (("report", report.c.erased_at), ("evidence", report.c.evidence_erased_at)):
        days = rules.keep_days.get(kind, 0)
        while days:
            with place.store.tenant(org, write=True) as tx:
                letting_go(tx, org)
                old = (
                    report.c.organisation == org,
                    report.c.received_at < ahead(-days * DAY),
                    gone.is_(None),
                    ~report.c.current,
                )
                rows = tx.execute(
                    select(report)
                    .where(*old, report.c.lines != "" if kind == "evidence" else report.c.body != "")
                    .limit(MOST)
                ).all()
                files = [
                    path
                    for row in rows
                    for path in let_go(tx, place.blobs, row, kind, f"retention: {days} days", "retention", stamp())
                ]
            removed(place, files)
            count += len(rows)
            if len(rows) < MOST:
                break
    return count


def _lists(place: Place, org: str, rules: Rules) -> int:
    days = rules.keep_days.get("audit", 0)
    with place.store.tenant(org, write=True) as tx:
        over = tx.execute(
            delete(session).where(
                session.c.organisation == org, session.c.expires_at < ahead(-rules.keep_days.get("session", 0) * DAY)
            )
        )
        gone = (
            tx.execute(delete(audit).where(audit.c.organisation == org, audit.c.at < ahead(-days * DAY))).rowcount
            if days
            else 0
        )
        if gone:
            told = {
                "organisation": org,
                "kind": "audit",
                "digest": f"{gone} lines",
                "reason": f"retention: {days} days",
            }
            tx.execute(insert(erasure).values(**told, who="retention", at=stamp()))
    return gone + over.rowcount


def swept(place: Place) -> int:
    """Remove what nobody knows of: files of blobs without a row that are a day old, and old half uploads."""
    count = halves_swept(place)
    with place.store.system(write=True) as tx:
        count += knocks_swept(tx)
    with held(place, wait=False) as mine:
        if mine:
            # Looked at once more: whoever stages a file that is there touches it first, so that it lives until its row stands.
            count += unlinked(place, _orphans(place), _old)
            for half in [path for path in place.blobs.halves() if _old(path)]:
                half.unlink(missing_ok=True)
                count += 1
    return count


def _orphans(place: Place) -> Iterator[Path]:
    """Files a day old that no row names, as far as can be told without keeping anybody waiting."""
    with place.store.system() as tx:
        yield from [path for path in place.blobs.files() if _old(path) and not needed(tx, path)]


def _old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time() - DAY
    except FileNotFoundError:  # somebody else removed it
        return False


EVERY = 3600.0  # seconds between two rounds

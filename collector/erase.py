"""Erasure: what nobody needs any more goes for good; that it was there, its digest, who erased it and why stay."""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from collector.store.blobs import Blobs
from collector.store.tables import device, erasure, pack, report, site, used
from collector.store.turns import letting_go


def let_go(tx: Connection, blobs: Blobs, row: Row[Any], kind: str, reason: str, who: str, now: str) -> list[Any]:
    """Forget what the report alone needs; the files to remove once that stands."""
    org = row.organisation
    letting_go(tx, org)
    stays = {row.statement, row.body, row.pack_zip} if kind == "evidence" else {row.statement}
    mine = (
        set(tx.execute(select(used.c.sha256).where(used.c.organisation == org, used.c.report == row.id)).scalars())
        - stays
    )
    tx.execute(delete(used).where(used.c.organisation == org, used.c.report == row.id, used.c.sha256.not_in(stays)))
    gone = [name for name in sorted(mine) if not _needed(tx, org, name)]
    told = {
        "organisation": org,
        "site": row.site,
        "kind": kind,
        "digest": row.evidence if kind == "evidence" else row.digest,
    }
    tx.execute(insert(erasure).values(**told, reason=reason[:500], who=who, at=now))
    values = (
        {"evidence_erased_at": now}
        if kind == "evidence"
        else {"erased_at": now, "evidence_erased_at": row.evidence_erased_at or now}
    )
    tx.execute(update(report).where(report.c.organisation == org, report.c.id == row.id).values(**values))
    if kind == "report":
        _unstood(tx, row)
    return blobs.drop(tx, org, gone)


def _needed(tx: Connection, org: str, name: str) -> bool:
    """By another report, by a parcel that came without its pack, or because it is a pack that a person brought."""
    reports = select(used.c.report).where(used.c.organisation == org, used.c.sha256 == name).limit(1)
    brought = select(pack.c.sha256).where(pack.c.organisation == org, pack.c.sha256 == name)
    return tx.execute(reports).first() is not None or tx.execute(brought).first() is not None


def _unstood(tx: Connection, row: Row[Any]) -> None:
    """A site that stood by an erased report shows no device of it."""
    ours = (site.c.organisation == row.organisation, site.c.id == row.site, site.c.report == row.id)
    if tx.execute(select(site.c.id).where(*ours)).first():
        tx.execute(delete(device).where(device.c.organisation == row.organisation, device.c.site == row.site))

"""The rows of a report, written: the report itself, and, if it is its site's newest, how the site now stands."""

from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, delete, insert, select, update

from collector.rows import clocks
from collector.rows.devices import Changes, changes
from collector.rows.moments import noted
from collector.rows.taken import Taken
from collector.store.quiet import put_new, put_over
from collector.store.store import random_id
from collector.store.tables import ASKED, COUNTS, change, coverage, device, network, report, site, used

CARRIED = ("outcome", "maker", "model", "parts", "digest", "gone_at")
# Questions that each report asks are made once: to make one takes longer than SQLite takes to answer it.
ORG: BindParameter[str] = bindparam("org")
AT: BindParameter[str] = bindparam("at_site")
SITE = (site.c.organisation == ORG) & (site.c.id == AT)
STANDS = select(site.c.report, site.c.reported_at, site.c.coverage, site.c.asked).where(SITE)
STAND = update(site).where(SITE)
OTHERS = update(report).where(report.c.organisation == ORG, report.c.site == AT, report.c.current).values(current=False)
CURRENT = update(report).where(report.c.organisation == ORG, report.c.id == bindparam("made")).values(current=True)
BEFORE = select(device.c.device, *(device.c[name] for name in CARRIED)).where(
    device.c.organisation == ORG, device.c.site == AT
)
LISTS = {
    table: (delete(table).where(table.c.organisation == ORG, table.c.site == AT), insert(table))
    for table in (coverage, network)
}


def written(tx: Connection, parcel: Row[Any], found: Taken, now: str) -> str:
    """Write the rows of one parcel; the report's id. One that was there before is left as it is."""
    org, where = parcel.organisation, parcel.site
    columns = {**found.columns, "agent": parcel.agent, "parcel": parcel.number, "received_at": parcel.received_at}
    made = stored(tx, org, where, columns, "agent", "", [*(one.sha256 for one in found.blobs), *found.besides])
    if made:
        noted(tx, org, where, found.about.report, "assessed", parcel.received_at)
        stood(tx, org, where, made, found, "report", parcel.received_at)
    return made


def stored(
    tx: Connection, org: str, where: str, columns: dict[str, Any], origin: str, replay: str, blobs: list[str]
) -> str:
    """The report's row; its id, "" where it was there."""
    made = random_id()
    row = {"organisation": org, "id": made, "site": where, "origin": origin, "replay": replay, **columns}
    if not put_new(tx, report, [row]):
        return ""
    put_new(tx, used, [{"organisation": org, "report": made, "sha256": name} for name in dict.fromkeys(blobs)])
    return made


def stood(tx: Connection, org: str, where: str, made: str, found: Taken, cause: str, now: str) -> None:
    """How the site stands by this report, unless a later one is there. `cause`: report or replay; `now`: when it came."""
    ours = {"org": org, "at_site": where}
    before = tx.execute(STANDS, ours).one()
    at = found.columns["finished_at"]
    if before.reported_at is not None and before.reported_at > at:
        return
    tx.execute(OTHERS, ours)
    tx.execute(CURRENT, {"org": org, "made": made})
    values = {name: found.columns[name] for name in (*COUNTS, *ASKED) if name in found.columns}
    if cause == "report":
        values["received_at"] = now
        values["coverage_before"] = before.coverage if before.asked else None
    tx.execute(STAND, {**ours, "report": made, "reported_at": at, **values})
    if found.devices is not None:
        _devices(tx, org, where, made, changes(_before(tx, org, where), found.devices, cause), found, now)
    if found.coverage is not None:
        _lists(tx, org, where, made, found)
    if found.report is not None and clocks.accusing(found.report):
        clocks.opened(tx, org, where, found.report, found.about.report, cause, now)


def _before(tx: Connection, org: str, where: str) -> dict[str, Row[Any]]:
    return {row.device: row for row in tx.execute(BEFORE, {"org": org, "at_site": where})}


def _devices(tx: Connection, org: str, where: str, made: str, new: Changes, found: Taken, now: str) -> None:
    keyed = {"organisation": org, "site": where, "report": made}
    put_over(tx, device, [{**one, **keyed, "changed_at": now, "gone_at": None} for one in new.put])
    ours = (device.c.organisation == org, device.c.site == where)
    for names, at in ((new.gone, now), (new.back, None)):
        for start in range(0, len(names), 500):
            tx.execute(update(device).where(*ours, device.c.device.in_(names[start : start + 500])).values(gone_at=at))
    if new.told:
        tx.execute(insert(change), [{**one, **keyed, "at": now, "pack": found.columns["pack"]} for one in new.told])


def _lists(tx: Connection, org: str, where: str, made: str, found: Taken) -> None:
    """Coverage and networks of the newest report take the place of the former: the reports keep theirs."""
    keyed = {"organisation": org, "site": where, "report": made}
    for old, _ in LISTS.values():
        tx.execute(old, {"org": org, "at_site": where})
    names = ("probe", "scope", "asked", "answered", "silent", "refused", "excluded", "status")
    rows = [
        {**keyed, **{n: getattr(one, n) for n in names}, "reason": getattr(one, "reason", "")}
        for one in found.coverage or ()
    ]
    if rows:
        tx.execute(LISTS[coverage][1], rows)
    nets = [
        {**keyed, "name": one.name, "kind": one.kind, "status": one.status, "reason": one.reason}
        for one in found.networks
    ]
    if nets:
        tx.execute(LISTS[network][1], nets)

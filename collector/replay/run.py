"""A replay: every site's newest whole report judged again by another pack, site by site; shown, and adopted by a person's word alone."""

import logging
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, insert, select, update

from agent.engine import engine
from agent.readers import readers
from collector.clock import stamp
from collector.packs import held
from collector.place import Place
from collector.refused import Refused, unknown
from collector.replay.rejudge import Rejudged, rejudged
from collector.rows import clocks
from collector.rows.devices import said
from collector.rows.evidence import read, wanted
from collector.rows.moments import noted
from collector.rows.standing import stood, stored
from collector.rows.taken import Taken, asked, counted
from collector.store.blobs import Packed, packed
from collector.store.store import random_id
from collector.store.tables import pack, replay, replay_site, report, site
from collector.store.turns import penned
from model.canonical import digest
from model.parcel import About
from model.report import Report
from model.trouble import Trouble

log = logging.getLogger("laydown.collector")
SHOWN = 500  # differences of one site that are kept beside it; all are in the two reports
STATES = ("waiting", "previewed", "failed", "adopted")


def begun(tx: Connection, org: str, sha256: str, by: str) -> str:
    """A new replay over every site with a whole report; its id. Refused for a pack that was never brought."""
    row = tx.execute(select(pack).where(pack.c.organisation == org, pack.c.sha256 == sha256)).first()
    if row is None:
        raise unknown("pack")
    made = random_id()
    whole = select(report.c.site, report.c.id).where(
        report.c.organisation == org,
        report.c.current,
        report.c.release == "full",
        report.c.evidence_erased_at.is_(None),
    )
    sites = tx.execute(whole).all()
    values = {"organisation": org, "id": made, "pack": sha256, "pack_digest": row.digest, "started_at": stamp()}
    state = "running" if sites else "previewed"
    tx.execute(
        insert(replay).values(
            **values, started_by=by, state=state, sites=len(sites), finished_at=None if sites else stamp()
        )
    )
    if sites:
        tx.execute(
            insert(replay_site),
            [
                {"organisation": org, "replay": made, "site": one.site, "state": "waiting", "before": one.id}
                for one in sites
            ],
        )
    return made


def worked(place: Place, org: str, ident: str, where: str) -> None:
    """One site: judge, keep the preview, note the moment, open what clocks it gives. Done twice it is done once."""
    with place.store.tenant(org) as tx:
        row = _waiting(tx, org, ident, where)
        if row is None:
            return
        before = tx.execute(select(report).where(report.c.organisation == org, report.c.id == row.before)).one()
        sha256 = tx.execute(
            select(replay.c.pack).where(replay.c.organisation == org, replay.c.id == ident)
        ).scalar_one()
        try:
            found = _rejudged(place, tx, before, sha256)
        except (Trouble, msgspec.MsgspecError, KeyError) as fault:
            log.error("replay %s of site %s: %s", ident, where, fault)
            _failed(place, org, ident, where, str(fault))
            return
    body = packed(found.body)
    now = stamp()
    with place.store.tenant(org, write=True) as tx:
        place.blobs.keep(tx, org, [body], now)
        few = msgspec.json.encode(found.differences[:SHOWN]).decode()
        _done(
            tx,
            org,
            ident,
            where,
            state="previewed",
            body=body.sha256,
            changed=len(found.differences),
            changes=few,
            done_at=now,
        )


def _waiting(tx: Connection, org: str, ident: str, where: str) -> Row[Any] | None:
    keyed = (replay_site.c.organisation == org, replay_site.c.replay == ident, replay_site.c.site == where)
    return tx.execute(select(replay_site).where(*keyed, replay_site.c.state == "waiting")).first()


def _rejudged(place: Place, tx: Connection, row: Row[Any], sha256: str) -> Rejudged:
    before = msgspec.json.decode(place.blobs.read(tx, row.organisation, row.body), type=Report)
    lines = place.blobs.read(tx, row.organisation, row.lines)
    bodies = dict(place.blobs.several(tx, row.organisation, wanted(lines)))
    return rejudged(
        read(lines, lambda name: bodies[name]), readers(), held(place, tx, row.organisation, sha256), engine(), before
    )


def _failed(place: Place, org: str, ident: str, where: str, why: str) -> None:
    with place.store.tenant(org, write=True) as tx:
        _done(tx, org, ident, where, state="failed", fault=" ".join(why.split())[:500], done_at=stamp())


def _done(tx: Connection, org: str, ident: str, where: str, **values: Any) -> None:
    keyed = (replay_site.c.organisation == org, replay_site.c.replay == ident)
    tx.execute(update(replay_site).where(*keyed, replay_site.c.site == where).values(**values))
    left = tx.execute(
        select(func.count()).select_from(replay_site).where(*keyed, replay_site.c.state == "waiting")
    ).scalar_one()
    if not left:
        ours = (replay.c.organisation == org, replay.c.id == ident, replay.c.state == "running")
        tx.execute(update(replay).where(*ours).values(state="previewed", finished_at=stamp()))


def waiting(place: Place, org: str, ident: str) -> list[str]:
    """Sites that are still to be judged."""
    keyed = (replay_site.c.organisation == org, replay_site.c.replay == ident, replay_site.c.state == "waiting")
    with place.store.tenant(org) as tx:
        return list(tx.execute(select(replay_site.c.site).where(*keyed).order_by(replay_site.c.site)).scalars())


def run(place: Place, org: str, ident: str, over: Callable[[], bool] = lambda: False) -> None:
    """All sites, here and now, one after another. `over`: whether to stop early; it goes on when it is run again."""
    for where in waiting(place, org, ident):
        if over():
            return
        worked(place, org, ident, where)


def unfinished(place: Place) -> list[tuple[str, str]]:
    """(organisation, id) of replays that were stopped half-way."""
    with place.store.system() as tx:
        return [(row.organisation, row.id) for row in tx.execute(select(replay).where(replay.c.state == "running"))]


def seen(place: Place, tx: Connection, org: str, ident: str, where: str, who: str, now: str) -> None:
    """A person looked at the preview of a site: a moment on record, and what clocks the new verdicts give are opened."""
    keyed = (replay_site.c.organisation == org, replay_site.c.replay == ident, replay_site.c.site == where)
    row = tx.execute(select(replay_site).where(*keyed, replay_site.c.state == "previewed")).first()
    if row is None or not row.changed:
        return
    body = place.blobs.read(tx, org, row.body)
    found = msgspec.json.decode(body, type=Report)
    noted(tx, org, where, digest(body), "replayed", now, who)
    if clocks.accusing(found):
        clocks.opened(tx, org, where, found, digest(body), "preview", now)


def adopted(place: Place, tx: Connection, org: str, ident: str, by: str, now: str) -> int:
    """The new verdicts count from now on; the former stay with their dates. How many sites. Refused before all are previewed."""
    penned(tx)
    row = tx.execute(select(replay).where(replay.c.organisation == org, replay.c.id == ident)).first()
    if row is None:
        raise unknown("replay")
    if row.state != "previewed":
        what = "it was adopted before" if row.state == "adopted" else "not every site was judged yet"
        raise Refused(409, "replay", what, "look at its state", final=row.state == "adopted")
    keyed = (replay_site.c.organisation == org, replay_site.c.replay == ident)
    done = 0
    for one in tx.execute(select(replay_site).where(*keyed, replay_site.c.state == "previewed")).all():
        done += _adopted(place, tx, one, now)
    tx.execute(
        update(replay)
        .where(replay.c.organisation == org, replay.c.id == ident)
        .values(state="adopted", adopted_at=now, adopted_by=by)
    )
    tx.execute(update(pack).where(pack.c.organisation == org, pack.c.sha256 == row.pack).values(adopted_at=now))
    return done


def _adopted(place: Place, tx: Connection, one: Row[Any], now: str) -> int:
    """One site, unless a newer report came meanwhile: then that one stands, and a new replay is needed for it."""
    org = one.organisation
    before = tx.execute(select(report).where(report.c.organisation == org, report.c.id == one.before)).one()
    current = tx.execute(select(site.c.report).where(site.c.organisation == org, site.c.id == one.site)).scalar()
    if current != one.before:
        return 0
    body = place.blobs.read(tx, org, one.body)
    found = taken_again(msgspec.json.decode(body, type=Report), before, digest(body))
    sha256 = tx.execute(
        select(replay.c.pack).where(replay.c.organisation == org, replay.c.id == one.replay)
    ).scalar_one()
    columns = {
        **found.columns,
        "agent": before.agent,
        "received_at": now,
        "lines": before.lines,
        "pack_zip": sha256,
        "body": one.body,
    }
    bodies = wanted(place.blobs.read(tx, org, before.lines))
    made = stored(tx, org, one.site, columns, "replay", one.replay, [one.body, before.lines, *bodies])
    if made:
        noted(tx, org, one.site, digest(body), "replayed", now)
        stood(tx, org, one.site, made, found, "replay", now)
    tx.execute(
        update(replay_site)
        .where(replay_site.c.organisation == org, replay_site.c.replay == one.replay, replay_site.c.site == one.site)
        .values(state="adopted")
    )
    return 1


def taken_again(found: Report, before: Row[Any], name: str) -> Taken:
    """A report made here, in the shape in which rows are written. It has no statement: no agent signed it."""
    inputs = found.inputs
    about = About(
        before.agent,
        found.site.id,
        found.started_at,
        found.finished_at,
        inputs.evidence,
        inputs.pack,
        inputs.engine,
        name,
        "full",
        before.organisation,
        "",
        before.marking,
    )
    columns = {
        "digest": name, "release": "full", "started_at": found.started_at, "finished_at": found.finished_at, "pack": inputs.pack,
        "engine": inputs.engine, "evidence": inputs.evidence, "marking": before.marking, **counted(found.summary), **asked(found.coverage),
    }  # fmt: skip
    kept: list[Packed] = []
    return Taken(about, columns, kept, found, [said(one) for one in found.findings], found.coverage, found.networks)

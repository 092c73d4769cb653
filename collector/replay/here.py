"""A replay from the command line: begun, worked, looked at and, if asked, adopted, in this process."""

from pathlib import Path

import msgspec
from sqlalchemy import select

from collector.clock import stamp
from collector.packs import brought, shipped, zipped
from collector.place import Place
from collector.replay import run
from collector.replay.rejudge import Difference
from collector.store.tables import replay_site, site
from model.trouble import UsageTrouble


class Site(msgspec.Struct, frozen=True):
    """What would change at a site."""

    site: str
    changes: list[Difference]
    fault: str


class Looked(msgspec.Struct, frozen=True):
    """A replay that was looked at. `adopted`: at how many sites, None where nobody asked."""

    replay: str
    sites: list[Site]
    adopted: int | None


def looked(place: Place, org: str, path: Path | None, adopt: bool, by: str) -> Looked:
    """Judge every site again by the pack in `path`, or the one shipped."""
    try:
        data = path.read_bytes() if path else zipped(shipped())
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "name a pack.zip") from None
    with place.store.tenant(org, write=True) as tx:
        made = brought(place, tx, org, data, path.name if path else "shipped", by)
    with place.store.tenant(org, write=True) as tx:
        ident = run.begun(tx, org, made.sha256, by)
    run.run(place, org, ident)
    now = stamp()
    with place.store.tenant(org, write=True) as tx:
        joined = (site.c.organisation == replay_site.c.organisation) & (site.c.id == replay_site.c.site)
        query = (
            select(*replay_site.c, site.c.ref)
            .join(site, joined)
            .where(replay_site.c.organisation == org, replay_site.c.replay == ident)
        )
        rows = tx.execute(query.order_by(site.c.ref)).all()
        for row in rows:
            run.seen(place, tx, org, ident, row.site, by, now)
        count = run.adopted(place, tx, org, ident, by, now) if adopt else None
    found = [Site(row.ref, msgspec.json.decode(row.changes, type=list[Difference]), row.fault) for row in rows]
    return Looked(ident, found, count)

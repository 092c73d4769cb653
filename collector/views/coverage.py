"""What was not seen: the coverage ledger and the networks of the newest reports."""

import msgspec
from litestar import get
from sqlalchemy import Table, select

from collector.desk import Desk
from collector.lists import Item, Limit, Offset, Page, Slice, Sort, Word, page, shaped
from collector.store.tables import coverage, network, site


class Row(msgspec.Struct, frozen=True):
    """A row of the ledger: asked = answered + silent + refused + excluded."""

    site: str
    ref: str
    probe: str
    scope: str
    asked: int
    answered: int
    silent: int
    refused: int
    excluded: int
    status: str
    reason: str


class Network(msgspec.Struct, frozen=True):
    """A network that something names. `status`: in scope, excluded, not examined."""

    site: str
    ref: str
    name: str
    kind: str
    status: str
    reason: str


def rows(desk: Desk, table: Table, shape: type[Item], where: str, status: str, part: Slice) -> Page[Item]:
    """Rows of coverage or of networks, of one site or of all."""
    query = select(*table.c, site.c.ref).join(
        site, (site.c.organisation == table.c.organisation) & (site.c.id == table.c.site)
    )
    query = query.where(desk.who.mine(table))
    if where:
        query = query.where(table.c.site == desk.site(where, "read", table.name).id)
    if status:
        query = query.where(table.c.status == status)
    sorts = {"ref": site.c.ref, "status": table.c.status}
    found, total = page(desk, query, part, sorts, [table.c.id])
    desk.note("read", f"{table.name}, {len(found)} of {total}")
    return Page([shaped(row, shape) for row in found], total, part.offset, part.limit)  # type: ignore[type-var]


@get("/api/v1/coverage", sync_to_thread=True, tags=["coverage"], summary="The coverage ledger of the newest reports")
def ledger(
    desk: Desk, site: Word = "", status: Word = "", sort: Sort = "ref", limit: Limit = 100, offset: Offset = 0
) -> Page[Row]:
    """By site."""
    return rows(desk, coverage, Row, site, status, Slice(limit, offset, sort))


@get("/api/v1/networks", sync_to_thread=True, tags=["coverage"], summary="Networks, and whether they were examined")
def networks(
    desk: Desk, site: Word = "", status: Word = "", sort: Sort = "ref", limit: Limit = 100, offset: Offset = 0
) -> Page[Network]:
    """By site."""
    return rows(desk, network, Network, site, status, Slice(limit, offset, sort))


HANDLERS = [ledger, networks]

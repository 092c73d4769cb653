"""The audit log, and what was erased: who read and did what, when, from where."""

import msgspec
from litestar import get, post
from sqlalchemy import select

from collector.desk import Desk
from collector.erase import Erased, erased
from collector.lists import Limit, Offset, Page, Slice, Word, page, shaped
from collector.store.tables import audit, erasure


class Line(msgspec.Struct, frozen=True):
    """A line of the log. `who`: a person's id, `name`: their login then; `site`: an id, "" for what is about several."""

    id: int
    at: str
    who: str
    name: str
    action: str
    site: str
    what: str
    address: str


class Gone(msgspec.Struct, frozen=True):
    """What was erased: its digest and the reason stay."""

    id: int
    at: str
    who: str
    site: str
    kind: str
    digest: str
    reason: str


class Erase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`kind`: evidence (lines and bodies go, the report stays) or report (all of it goes). `reason`: why; it is kept."""

    kind: str
    reason: str


def log(desk: Desk, where: str, action: str, who: str, part: Slice) -> Page[Line]:
    """The log, the newest first. Reading it is noted too."""
    query = select(audit).where(desk.who.mine(audit))
    if where:
        query = query.where(audit.c.site == desk.site(where, "read", "audit").id)
    for column, value in ((audit.c.action, action), (audit.c.name, who)):
        if value:
            query = query.where(column == value)
    rows, total = page(desk, query, part, {"id": audit.c.id, "at": audit.c.at}, [audit.c.id.desc()])
    desk.note("read", "audit log")
    return Page([shaped(row, Line) for row in rows], total, part.offset, part.limit)


@get("/api/v1/audit", role="admin", sync_to_thread=True, tags=["audit"], summary="Who read and did what")
def listed(
    desk: Desk, site: Word = "", action: Word = "", by: Word = "", limit: Limit = 100, offset: Offset = 0
) -> Page[Line]:
    """The newest first."""
    return log(desk, site, action, by, Slice(limit, offset, "-id"))


@get("/api/v1/erasures", sync_to_thread=True, tags=["audit"], summary="What was erased, and why")
def erasures(desk: Desk, limit: Limit = 100, offset: Offset = 0) -> Page[Gone]:
    """The newest first."""
    return gone(desk, Slice(limit, offset, "-id"))


def gone(desk: Desk, part: Slice) -> Page[Gone]:
    """What was erased."""
    query = select(erasure).where(desk.who.mine(erasure))
    rows, total = page(desk, query, part, {"id": erasure.c.id}, [erasure.c.id])
    desk.note("read", "erasures")
    return Page([shaped(row, Gone) for row in rows], total, part.offset, part.limit)


@post(
    "/api/v1/reports/{report:str}/erase",
    role="admin",
    sync_to_thread=True,
    tags=["audit"],
    summary="Erase a report, or its evidence",
    status_code=200,
)
def erase(desk: Desk, report: str, data: Erase) -> Erased:
    """What other reports need stays until they go; digests and the reason stay for good."""
    return erased(desk, report, data.kind, data.reason)


HANDLERS = [listed, erasures, erase]

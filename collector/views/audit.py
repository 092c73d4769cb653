"""The audit log, and what was erased: who read and did what, when, from where."""

import msgspec
from litestar import get, post
from sqlalchemy import select

from collector.desk import Desk
from collector.erase import let_go
from collector.lists import Limit, Offset, Page, Slice, Word, page, shaped
from collector.refused import Refused
from collector.store.tables import audit, erasure
from collector.store.tables import report as reports
from collector.store.turns import letting_go

KINDS = ("evidence", "report")


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


class Erased(msgspec.Struct, frozen=True):
    """How many blobs went; the others are needed by other reports."""

    blobs: int


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


def erased(desk: Desk, ident: str, kind: str, reason: str) -> Erased:
    """Erase a report or its evidence by a person's word; Refused without a reason."""
    if kind not in KINDS or not reason.strip():
        raise Refused(400, "erase", "a kind (evidence or report) and a reason are needed", "say both", final=True)
    letting_go(desk.tx, desk.who.organisation)
    row = desk.one(reports, ident, "report")
    if row.erased_at or (kind == "evidence" and row.evidence_erased_at):
        raise Refused(409, "erased", "it was erased before", "see /api/v1/erasures", final=True)
    files = let_go(desk.tx, desk.place.blobs, row, kind, reason, desk.who.login, desk.now)
    desk.note("erased", f"{kind} of report {row.digest}: {reason}", row.site)
    desk.after += files
    return Erased(len(files))


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

"""The page of the audit log, and of what was erased."""

from litestar import Response
from sqlalchemy import select

from collector.desk import Desk
from collector.lists import Limit, Offset, Slice, Word
from collector.store.tables import site
from collector.views.audit import gone, log
from collector.web.listing import ROWS, Listing
from collector.web.route import get
from collector.web.show import page

ACTIONS = ("read", "previewed", "answered", "clock", "filing drafted", "filing signed", "pack brought", "replay begun", "replay adopted",
           "register brought", "site added", "site closed", "token given", "token taken back", "agent revoked", "policy set",
           "person added", "person invited", "person changed", "password changed", "rules decided", "exported", "erased")  # fmt: skip


@get("/audit", role="admin")
def show(
    desk: Desk, site: Word = "", action: Word = "", by: Word = "", limit: Limit = ROWS, offset: Offset = 0
) -> Response[bytes]:
    """The newest first."""
    part = Slice(limit, offset, "-id")
    held = Listing("/audit", log(desk, site, action, by, part), part, {"by": by, "action": action, "site": site})
    held.sort = ""
    refs = _refs(desk, {one.site for one in held.items if one.site})
    told = gone(desk, Slice(ROWS, 0, "-id")).items
    actions = [(one, one) for one in ACTIONS]
    return page(desk, "audit.html", title="Audit log", here="/audit", list=held, refs=refs, gone=told, actions=actions)


def _refs(desk: Desk, ids: set[str]) -> dict[str, str]:
    found = select(site.c.id, site.c.ref).where(desk.who.mine(site), site.c.id.in_(sorted(ids)))
    return {row.id: row.ref for row in desk.tx.execute(found)}


HANDLERS = [show]

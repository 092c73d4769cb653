"""The page of one device: what it is, the evidence behind every verdict, what only a person can say of it, and what was said."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Response
from litestar.params import Parameter
from sqlalchemy import select

from collector.desk import Desk
from collector.refused import unknown
from collector.store.tables import entity, site
from collector.views.devices import Behind, Ident, behind
from collector.web import asking
from collector.web.evidence import pack_of, reasons
from collector.web.forms import Form
from collector.web.route import get, post
from collector.web.show import led, page
from collector.web.words import DONE, verdict
from model.asked import Ask


@get("/sites/{site:str}/devices/{device:str}")
def show(desk: Desk, site: str, device: Ident, done: Annotated[str, Parameter(max_length=40)] = "") -> Response[bytes]:
    """One device; reading of one that is accused is a moment on record."""
    return _page(desk, behind(desk, site, device), done=DONE.get(done, ""))


def _page(desk: Desk, found: Behind, **more: Any) -> Response[bytes]:
    row = found.row
    name = next(iter((*row.names, *row.addresses, *row.macs)), row.label or row.device)
    history = [
        {"at": one.at, "cause": one.cause, "pack": one.pack, "before": verdict(one.before), "after": verdict(one.after)}
        for one in found.history
    ]
    values = {"done": "", "faults": (), "typed": {}, **more}
    return page(
        desk, "device.html", title=name, here="/sites", name=name, row=row, finding=found.finding, history=history,
        reasons=_reasons(desk, found), asks=_asks(desk, found), **asking.WORDS, **values,
    )  # fmt: skip


def _reasons(desk: Desk, found: Behind) -> Sequence[Any]:
    if found.finding is None or found.held is None:
        return ()
    pack = pack_of(desk, found.held.report.inputs.pack, found.pack_zip)
    return list(reasons(found.finding, found.evidence, pack))


def _asks(desk: Desk, found: Behind) -> list[Ask]:
    """What is asked of an accused device; nothing of another."""
    if found.held is None or not found.row.rank:
        return []
    return asking.of_device(asking.of_site(desk, _firm(desk, found.row.site), found.held), found.row.device)


def _firm(desk: Desk, home: str) -> Any:
    joined = (site.c.organisation == entity.c.organisation) & (site.c.entity == entity.c.id)
    row = desk.tx.execute(select(entity).join(site, joined).where(desk.who.mine(site), site.c.id == home)).first()
    if row is None:
        raise unknown("entity")
    return row


@post("/sites/{site:str}/devices/{device:str}/answers", role="reviewer")
def answer(desk: Desk, site: str, device: Ident, data: Form) -> Response[bytes]:
    """Keep what a person says; where anything is wrong, nothing is kept and everything typed is shown again."""
    found = behind(desk, site, device)
    firm = asking.locked(desk, _firm(desk, found.row.site).id)
    count, faults = asking.kept(desk, firm, _asks(desk, found), data)
    if faults:
        return _page(desk, found, status=400, faults=faults, typed=asking.typed(data))
    desk.note("answered", f"{count} about {device}", found.row.site)
    return led(f"/sites/{found.row.site}/devices/{device}?done={'answered' if count else ''}#asks")


HANDLERS = [show, answer]

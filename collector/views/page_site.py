"""The pages of one site: how it stands and how far it is closed, its devices, ledger, networks, MACs and history; closing it, erasing."""

from typing import Annotated, Any

from litestar import Response
from litestar.params import Parameter
from sqlalchemy import Row, select

from collector.desk import Desk
from collector.lists import Limit, Offset, Page, Slice, Sort, Word, shaped
from collector.papers import whole
from collector.refused import Refused
from collector.store.tables import change, coverage, network
from collector.views import coverage as ledger
from collector.views.audit import erased
from collector.views.clocks import moments_of
from collector.views.devices import Filter, Verdict, devices
from collector.views.page_devices import OUTCOMES
from collector.views.reports import one_report, reports
from collector.views.sites import closed, one_site
from collector.web.forms import Form, text
from collector.web.listing import ROWS, Listing
from collector.web.route import get, post
from collector.web.show import led, page
from collector.web.words import DONE, verdict
from model.report import Report
from reporters._closures import closures

SORTS = {"devices": "-rank", "coverage": "status", "networks": "status", "history": "-received_at"}
SHOWN = 1000  # MACs of one page; the report has them all
Text = Annotated[str, Parameter(max_length=40)]


@get("/sites/{site:str}")
def show(
    desk: Desk, site: str, show: Text = "", search: Word = "", outcome: Word = "", gone: bool = False,
    sort: Sort = "", limit: Limit = ROWS, offset: Offset = 0, done: Text = "",
) -> Response[bytes]:  # fmt: skip
    """One site, by its id or its name in the register."""
    one = one_site(desk, site)
    if show not in ("", "devices", "coverage", "networks", "macs", "history"):
        raise Refused(404, "show", f"a site has no {show!r}", "choose one of its tabs", final=True)
    part = Slice(limit, offset, sort or SORTS.get(show, ""))
    wanted = {"search": search, "outcome": outcome, "gone": "true" if gone else ""}
    more = _shown(desk, one.id, show, Filter(one.id, outcome, "", search, gone=gone), part, wanted)
    tabs = [("", "Overview", None), ("devices", "Devices", one.devices), ("coverage", "Coverage", None),
            ("networks", "Networks", None), ("macs", "MACs", one.unexplained_macs), ("history", "History", None)]  # fmt: skip
    title = f"{one.name or one.ref}"
    return page(
        desk, "site.html", title=title, here="/sites", site=one, tabs=tabs, show=show, done=DONE.get(done, ""), **more
    )


def _shown(desk: Desk, site: str, show: str, wanted: Filter, part: Slice, said: dict[str, str]) -> dict[str, Any]:
    """What the tab needs beside the site itself."""
    home = desk.site(site)
    if show == "devices":
        return {"list": _list(site, show, devices(desk, wanted, part), part, said), "outcome_options": OUTCOMES}
    if show == "coverage":
        return {"list": _list(site, show, ledger.rows(desk, coverage, ledger.Row, site, "", part), part)}
    if show == "networks":
        return {"list": _list(site, show, ledger.rows(desk, network, ledger.Network, site, "", part), part)}
    if show == "history":
        told = {"changes": _changes(desk, home), "moments": moments_of(desk, site, ROWS, 0).items}
        return {"list": _list(site, show, reports(desk, site, part), part), **told}
    report = _report(desk, home)
    if show == "macs":
        macs = report.unexplained_macs if report else None
        return {"macs": macs[:SHOWN] if macs is not None else None, "macs_total": len(macs or ())}
    return {"closures": closures(report) if report else ()}


def _report(desk: Desk, home: Row[Any]) -> Report | None:
    held = whole(desk.place, desk.tx, home)
    return held[0].report if held else None


def _list(site: str, show: str, found: Page[Any], part: Slice, said: dict[str, str] | None = None) -> Listing:
    return Listing(f"/sites/{site}", found, part, said or {}, {"show": show})


def _changes(desk: Desk, home: Row[Any]) -> list[dict[str, str]]:
    query = select(change).where(
        change.c.organisation == home.organisation, change.c.site == home.id, change.c.before != ""
    )
    rows = desk.tx.execute(query.order_by(change.c.id.desc()).limit(ROWS)).all()
    found = [(row.device, shaped(row, Verdict)) for row in rows]
    return [
        {"device": device, "at": one.at, "cause": one.cause, "before": verdict(one.before), "after": verdict(one.after)}
        for device, one in found
    ]


@post("/sites/{site:str}/close", role="admin")
def close(desk: Desk, site: str) -> Response[bytes]:
    """Its agents may report no more."""
    return led(f"/sites/{closed(desk, site).id}?done=closed")


@post("/reports/{report:str}/erase", role="admin")
def erase(desk: Desk, report: str, data: Form) -> Response[bytes]:
    """Its evidence, or all of it; digest and reason stay."""
    home = one_report(desk, report).site
    erased(desk, report, text(data, "kind"), text(data, "reason"))
    return led(f"/sites/{home}?show=history&done=erased")


HANDLERS = [show, close, erase]

"""Lists to take away: the register, devices, coverage, clocks, reports, agents in any of the formats that lie in collector/exports."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from litestar import Response, get
from sqlalchemy import select

from collector.desk import Desk
from collector.exports._table import Table, table
from collector.lists import MOST, Page, Slice, Word
from collector.papers import drafted
from collector.refused import Refused, unknown
from collector.store.tables import coverage, entity
from collector.views import agents, clocks, devices, reports, sites
from collector.views import coverage as ledger
from model.filing import Filing
from model.folder import module, names

ROOM = "collector.exports"
LONGEST = 200_000  # rows of a file

Read = Callable[[Desk, str, Slice], Page[Any]]
LISTS: dict[str, tuple[Read, type[msgspec.Struct]]] = {
    "sites": (lambda desk, where, part: sites.sites(desk, sites.Filter(search=where), part), sites.Site),
    "devices": (lambda desk, where, part: devices.devices(desk, devices.Filter(site=where), part), devices.Device),
    "coverage": (lambda desk, where, part: ledger.rows(desk, coverage, ledger.Row, where, "", part), ledger.Row),
    "clocks": (lambda desk, where, part: clocks.clocks(desk, where, "", part), clocks.Clock),
    "reports": (reports.reports, reports.Report),
    "agents": (lambda desk, where, part: agents.agents(desk, where, "", part), agents.Agent),
}

SORTS = {"devices": "-rank", "reports": "-received_at"}  # as the lists themselves are sorted


def exported(desk: Desk, name: str, form: str, where: str) -> tuple[bytes, str, str]:
    """(bytes, media, file name) of a list in a format."""
    if name not in LISTS or form not in names(ROOM):
        raise unknown("list or format")
    found: Any = module(ROOM, form)
    read, shape = LISTS[name]
    made: Table = table(name, _all(desk, name, read, where), shape, lambda: _filing(desk, where))
    desk.note(
        "exported",
        f"{name} as {form}, {len(made.rows)} rows",
        desk.site(where, "exported", name).id if where and name != "sites" else "",
    )
    return found.write(made), found.MEDIA, f"{name}{found.SUFFIX}"


def _all(desk: Desk, name: str, read: Read, where: str) -> Sequence[msgspec.Struct]:
    items: list[msgspec.Struct] = []
    while len(items) < LONGEST:
        got = read(desk, where, Slice(MOST, len(items), SORTS.get(name, "")))
        items += got.items
        if len(got.items) < MOST:
            return items
    raise Refused(413, "rows", f"more than {LONGEST:,} rows", "choose a site", final=True)


def _filing(desk: Desk, where: str) -> Filing:
    if not where:
        raise Refused(400, "site", "this format is of one site", "say which: ?site=ID", final=True)
    home = desk.site(where, "exported", "cyclonedx")
    firm = desk.tx.execute(
        select(entity).where(entity.c.organisation == home.organisation, entity.c.id == home.entity)
    ).one()
    made = drafted(desk.place, desk.tx, firm, "inquiry-record")
    own = tuple(one for one in made.reports if one.report.site.id == home.ref)
    return msgspec.structs.replace(made, reports=own)


@get(
    "/api/v1/exports/{list_name:str}/{form:str}",
    sync_to_thread=True,
    tags=["exports"],
    summary="A list as a file: csv, xlsx, parquet, cyclonedx",
)
def export(desk: Desk, list_name: str, form: str, site: Word = "") -> Response[bytes]:
    """sites, devices, coverage, clocks, reports or agents; of one site, if it is named."""
    data, media, name = exported(desk, list_name, form, site)
    return Response(data, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


HANDLERS = [export]

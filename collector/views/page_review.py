"""The review queue: accused devices over all sites, with who has spoken; and the questions about an entity."""

from typing import Annotated, Any

import msgspec
from litestar import Response
from litestar.params import Parameter
from sqlalchemy import or_, select

from collector.desk import Desk
from collector.lists import Limit, Offset, Page, Slice, Sort, Word, shaped
from collector.lists import page as part_of
from collector.refused import Refused
from collector.store.tables import device, entity, site
from collector.views.devices import JOINED, SORTS
from collector.views.page_sites import firms
from collector.web import asking
from collector.web.forms import Form
from collector.web.listing import ROWS, Listing
from collector.web.route import get, post
from collector.web.show import led, page
from collector.web.words import DONE

MOST = 40  # questions of a page: more are no page that anybody fills
ACCUSED = ("suspect", "covered", "conflict")


class Queued(msgspec.Struct, frozen=True):
    """An accused device. `answers`: how many were given about it."""

    site: str
    ref: str
    entity: str
    entity_name: str
    device: str
    outcome: str
    maker: str
    producer: str
    kind: str
    model: str
    label: str
    changed_at: str
    answers: int = 0


def queue(desk: Desk, wanted: dict[str, str], part: Slice) -> Page[Queued]:
    """Accused devices; the reading of each site that is shown is noted."""
    told = asking.count_of(desk)
    firm = (entity.c.organisation == site.c.organisation) & (entity.c.id == site.c.entity)
    query = (
        select(*device.c, site.c.ref, site.c.entity, entity.c.name.label("entity_name"))
        .join(site, JOINED)
        .join(entity, firm)
    )
    query = query.where(
        desk.who.mine(device), device.c.gone_at.is_(None), device.c["rank"] > 0, *_conditions(wanted, told)
    )
    rows, total = part_of(desk, query, part, {**SORTS, "ref": site.c.ref}, [device.c.site, device.c.device])
    for where in sorted({row.site for row in rows}):
        desk.note("read", "review queue", where)
    items = [shaped(row, Queued, answers=told.get(row.entity, {}).get(row.device, 0)) for row in rows]
    return Page(items, total, part.offset, part.limit)


def _conditions(wanted: dict[str, str], told: dict[str, dict[str, int]]) -> list[Any]:
    found: list[Any] = []
    if wanted["outcome"]:
        if wanted["outcome"] not in ACCUSED:
            raise Refused(400, "outcome", "no accusing verdict", f"one of: {', '.join(ACCUSED)}", final=True)
        found.append(device.c.outcome == wanted["outcome"])
    if wanted["entity"]:
        found.append(site.c.entity == wanted["entity"])
    if wanted["search"]:
        columns = (device.c.label, device.c.model, device.c.addresses, site.c.ref)
        found.append(or_(*(column.icontains(wanted["search"], autoescape=True) for column in columns)))
    if wanted["standing"]:
        spoken = device.c.device.in_(sorted({name for devices in told.values() for name in devices}))
        found.append(spoken if wanted["standing"] == "answered" else ~spoken)
    return found


@get("/review")
def show(
    desk: Desk, search: Word = "", outcome: Word = "", entity: Word = "", standing: Word = "", sort: Sort = "-rank",
    limit: Limit = ROWS, offset: Offset = 0, done: Word = "",
) -> Response[bytes]:  # fmt: skip
    """The worst first."""
    part, wanted = (
        Slice(limit, offset, sort),
        {"search": search, "outcome": outcome, "entity": entity, "standing": standing},
    )
    held = Listing("/review", queue(desk, wanted, part), part, wanted)
    return page(
        desk,
        "review.html",
        title="Review queue",
        here="/review",
        list=held,
        entities=firms(desk),
        done=DONE.get(done, ""),
    )


Group = Annotated[str, Parameter(max_length=200)]


@get("/review/{firm:str}")
def of_entity(desk: Desk, firm: str, group: Group = "", done: Word = "") -> Response[bytes]:
    """Its questions, a group at a time."""
    return _entity(desk, firm, group, done=DONE.get(done, ""))


def _entity(desk: Desk, firm: str, group: str, **more: Any) -> Response[bytes]:
    row = desk.one(entity, firm, "entity")
    desk.note("read", f"questions of {row.name}")
    asks, sites = asking.of_entity(desk, row)
    names = list(dict.fromkeys(one.group for one in asks))
    group = group if group in names else next(iter(names), "")
    shown = sorted((one for one in asks if one.group == group), key=lambda one: bool(one.said))
    groups = [
        (name, sum(one.group == name for one in asks), sum(one.group == name and not one.said for one in asks))
        for name in names
    ]
    values = {"done": "", "faults": (), "typed": {}, **more}
    return page(
        desk, "review_entity.html", title=row.name, here="/review", firm=row.name, id=row.id, groups=groups, group=group, sites=sites,
        asks=shown[:MOST], more=len(shown) > MOST, total=len(asks), open=sum(not one.said for one in asks), **asking.WORDS, **values,
    )  # fmt: skip


@post("/review/{firm:str}", role="reviewer")
def answer(desk: Desk, firm: str, data: Form, group: Group = "") -> Response[bytes]:
    """Keep what a person says."""
    row = asking.locked(desk, firm)
    count, faults = asking.kept(desk, row, asking.of_entity(desk, row)[0], data)
    if faults:
        return _entity(desk, firm, group, status=400, faults=faults, typed=asking.typed(data))
    desk.note("answered", f"{count} about {row.name}")
    from urllib.parse import urlencode

    return led(f"/review/{row.id}?{urlencode({'group': group, 'done': 'answered' if count else ''})}")


HANDLERS = [show, of_entity, answer]

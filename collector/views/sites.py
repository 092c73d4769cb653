"""The register: every site and how it stands, one site, and the register brought as CSV."""

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.di import Provide
from litestar.params import Parameter
from sqlalchemy import ColumnElement, Select, or_, select, update

from collector.clock import stamp
from collector.desk import Desk
from collector.lists import Limit, Offset, Page, Slice, Sort, Word, page, shaped
from collector.people.register import Taken, checked, lines, taken
from collector.refused import Refused
from collector.rows.states import STATES, flags, holds, rank, state
from collector.settings import Rules, rules_of
from collector.store.tables import entity, organisation, site


class Site(msgspec.Struct, frozen=True):
    """A site and how it stands. `state`: the worst of the states that hold; each also stands by itself. `ref`: its id in reports.

    `coverage`: answered of asked, in thousandths; `coverage_before`: of the report before, null where there was none.
    """

    id: str
    ref: str
    name: str
    entity: str
    entity_name: str
    country: str
    region: str
    uei: str
    cage: str
    contracts: list[str]
    supply_categories: list[str]
    due: str
    state: str
    never_reported: bool
    silent_agent: bool
    stale: bool
    coverage_fell: bool
    overdue: bool
    report: str
    reported_at: str
    received_at: str
    agent_seen_at: str
    agents: int
    devices: int
    covered: int
    suspect: int
    conflict: int
    clear: int
    unknown: int
    unseen: int
    unexplained_macs: int
    not_examined: int
    asked: int
    answered: int
    coverage: int
    coverage_before: int | None
    clocks: int
    closed_at: str


class NewSite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A site to add: as a line of the register's CSV."""

    site: str
    entity: str
    name: str = ""
    uei: str = ""
    cage: str = ""
    contract: str = ""
    country: str = ""
    region: str = ""
    supply_category: str = ""
    due: str = ""


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A register as CSV text, its first line the columns."""

    csv: str


class Filter(msgspec.Struct, frozen=True):
    """Which sites. `state`: a state or flag that holds; the rest as in the register, "" for any; `search`: in id and name."""

    state: str = ""
    entity: str = ""
    country: str = ""
    region: str = ""
    contract: str = ""
    supply_category: str = ""
    search: str = ""


def filtered(
    standing: Annotated[str, Parameter(query="state", max_length=40)] = "",
    entity: Word = "",
    country: Word = "",
    region: Word = "",
    contract: Word = "",
    supply_category: Word = "",
    search: Word = "",
) -> Filter:
    """What a query wants of the register."""
    return Filter(standing, entity, country, region, contract, supply_category, search)


WANTED = {"wanted": Provide(filtered, sync_to_thread=False)}


def rules(desk: Desk) -> Rules:
    """What this organisation has decided for itself."""
    return rules_of(
        desk.tx.execute(select(organisation.c.settings).where(organisation.c.id == desk.who.organisation)).scalar_one()
    )


def query(desk: Desk, wanted: Filter) -> Select[Any]:
    """Sites of this person under a filter, with their states."""
    held = rules(desk)
    now = desk.now
    columns: list[Any] = [state(held, now).label("state"), *(c.label(name) for name, c in flags(held, now).items())]
    found: Select[Any] = select(*site.c, entity.c.name.label("entity_name"), *columns).join(
        entity, (entity.c.organisation == site.c.organisation) & (entity.c.id == site.c.entity)
    )
    return found.where(desk.who.mine(site), *_wanted(wanted, held, now))


def _wanted(wanted: Filter, held: Rules, now: str) -> list[ColumnElement[bool]]:
    said = [site.c[name] == value for name in ("country", "region") if (value := getattr(wanted, name))]
    if wanted.entity:
        said.append(or_(site.c.entity == wanted.entity, entity.c.name == wanted.entity))
    for name, column in (("contract", site.c.contracts), ("supply_category", site.c.supply_categories)):
        if value := getattr(wanted, name):
            said.append(column.contains(msgspec.json.encode(value).decode(), autoescape=True))
    if wanted.search:
        said.append(
            or_(
                site.c.ref.icontains(wanted.search, autoescape=True),
                site.c.name.icontains(wanted.search, autoescape=True),
            )
        )
    if wanted.state:
        try:
            said.append(holds(wanted.state, held, now))
        except KeyError:
            known = ", ".join((*STATES, "overdue"))
            raise Refused(400, "state", f"{wanted.state[:40]!r} is no state", f"one of: {known}", final=True) from None
    return said


PLAIN = ("ref", "name", "country", "region", "due", "reported_at", "received_at", "agent_seen_at", "devices", "covered", "suspect",
         "conflict", "unknown", "unseen", "unexplained_macs", "not_examined", "coverage", "clocks")  # fmt: skip


def sites(desk: Desk, wanted: Filter, part: Slice) -> Page[Site]:
    """The register, or a part of it; the reading is noted."""
    held = rules(desk)
    sorts: dict[str, ColumnElement[Any]] = {"state": rank(held, desk.now), **{name: site.c[name] for name in PLAIN}}
    sorts |= {**flags(held, desk.now), "entity": entity.c.name}
    rows, total = page(desk, query(desk, wanted), part, sorts, [site.c.ref])
    desk.note("read", f"register, {len(rows)} of {total}")
    return Page([shaped(row, Site) for row in rows], total, part.offset, part.limit)


def one_site(desk: Desk, ref: str) -> Site:
    """One site, by its id or its name in the register; the reading is noted."""
    found = desk.site(ref)
    return shaped(desk.tx.execute(query(desk, Filter()).where(site.c.id == found.id)).one(), Site)


@get(
    "/api/v1/sites",
    sync_to_thread=True,
    tags=["register"],
    summary="The register and how each site stands",
    dependencies=WANTED,
)
def listed(desk: Desk, wanted: Filter, sort: Sort = "state", limit: Limit = 100, offset: Offset = 0) -> Page[Site]:
    """Sorted by `state` unless said: never reported first, current last."""
    return sites(desk, wanted, Slice(limit, offset, sort))


@get("/api/v1/sites/{site:str}", sync_to_thread=True, tags=["register"], summary="One site")
def shown(desk: Desk, site: str) -> Site:
    """By its id, or by the id that its reports bear."""
    return one_site(desk, site)


@post("/api/v1/sites", role="admin", sync_to_thread=True, tags=["register"], summary="Add a site")
def add(desk: Desk, data: NewSite) -> Site:
    """A site that no line of the register has."""
    desk.who.needs_all()
    line = checked(msgspec.to_builtins(data), "site")
    if desk.tx.execute(select(site.c.id).where(desk.who.mine(site), site.c.ref == data.site)).first():
        raise Refused(409, "there", "a site of this id is in the register", "change it with a line of CSV", final=True)
    taken(desk.tx, desk.who.organisation, [line])
    desk.note("site added", data.site)
    return one_site(desk, data.site)


@post(
    "/api/v1/sites/{site:str}/close",
    role="admin",
    sync_to_thread=True,
    tags=["register"],
    summary="Close a site",
    status_code=200,
)
def close(desk: Desk, site: str) -> Site:
    """Its agents may report no more; what is kept stays."""
    return closed(desk, site)


def closed(desk: Desk, ref: str) -> Site:
    """Close a site."""
    found = desk.site(ref, "site closed")
    held = (site.c.organisation == desk.who.organisation, site.c.id == found.id)
    desk.tx.execute(update(site).where(*held).values(closed_at=stamp()))
    desk.then.append(desk.forget)
    return one_site(desk, found.id)


@post(
    "/api/v1/register",
    role="admin",
    sync_to_thread=True,
    tags=["register"],
    summary="Bring the register as CSV",
    status_code=200,
)
def register(desk: Desk, data: Register) -> Taken:
    """Whole or not at all: a line that is wrong is named, and nothing is changed."""
    return brought(desk, data.csv)


def brought(desk: Desk, text: str) -> Taken:
    """Bring a register."""
    desk.who.needs_all()
    done = taken(desk.tx, desk.who.organisation, lines(text, "register"))
    desk.note("register brought", f"{done.added} added, {done.changed} changed")
    return done


HANDLERS = [listed, shown, add, close, register]

"""Devices and findings: what the newest reports say, over all sites or of one; one device, its evidence and its history."""

from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.params import Parameter
from sqlalchemy import ColumnElement, Select, or_, select

from collector.desk import Desk
from collector.lists import Limit, Offset, Page, Slice, Sort, Word, keyed_page, shaped
from collector.refused import Refused, unknown
from collector.rows.evidence import read as evidence_of
from collector.rows.evidence import wanted
from collector.store.tables import change, device, report, site
from model.evidence import Evidence
from model.filing import Held
from model.report import ACCUSING, RANK, Finding, Report


class Part(msgspec.Struct, frozen=True):
    """A part that is accused, or that bears a name."""

    component: str
    outcome: str
    maker: str
    kind: str
    model: str
    serial: str


class Device(msgspec.Struct, frozen=True):
    """A device by its site's newest report. `rank`: 3 conflict, 2 covered, 1 suspect, 0 the rest; of its worst part too.

    `gone_at`: when a report first had it no more, "" while it is there.
    """

    site: str
    ref: str
    device: str
    outcome: str
    rank: int
    maker: str
    producer: str
    kind: str
    model: str
    serial: str
    firmware: str
    label: str
    addresses: list[str]
    macs: list[str]
    names: list[str]
    parts: list[Part]
    first_seen: str
    changed_at: str
    gone_at: str


class Exchange(msgspec.Struct, frozen=True):
    """One piece of evidence behind a verdict. `text`: the answer, as far as it is text and fits; `size`: its bytes."""

    id: str
    probe: str
    vantage: str
    target: str
    asked: str
    status: str
    seen_at: str
    media: str
    size: int
    text: str


class Verdict(msgspec.Struct, frozen=True):
    """A verdict that differed from the one before it. `cause`: report, replay, gone or back; `before`, `after`: "" or JSON."""

    at: str
    cause: str
    report: str
    pack: str
    before: str
    after: str


class Opened(msgspec.Struct, frozen=True):
    """One device: its row, its finding as the report has it, the evidence that the finding names, its verdicts so far."""

    row: Device
    finding: Finding | None
    evidence: list[Exchange]
    history: list[Verdict]
    report: str


class Filter(msgspec.Struct, frozen=True):
    """Which devices. `outcome`: a comma between several; `accused`: those that count as covered or suspect, or have a part that does."""

    site: str = ""
    outcome: str = ""
    maker: str = ""
    search: str = ""
    accused: bool = False
    gone: bool = False


SEARCHED = (
    device.c.label,
    device.c.model,
    device.c.serial,
    device.c.addresses,
    device.c.macs,
    device.c.names,
    device.c.device,
)
LONGEST = 4096  # letters of an answer that are shown
JOINED = (site.c.organisation == device.c.organisation) & (site.c.id == device.c.site)
SORTS = {
    name: device.c[name]
    for name in ("rank", "outcome", "maker", "model", "serial", "label", "kind", "first_seen", "changed_at")
}


def conditions(desk: Desk, wanted: Filter) -> list[ColumnElement[bool]]:
    """What a device must be, to be seen by this person under a filter."""
    found = [desk.who.mine(device), device.c.gone_at.is_not(None) if wanted.gone else device.c.gone_at.is_(None)]
    if wanted.site:
        found.append(device.c.site == desk.site(wanted.site, "read", "devices").id)
    if wanted.outcome:
        several = wanted.outcome.split(",")
        if strange := [one for one in several if one not in RANK]:
            raise Refused(
                400, "outcome", f"{strange[0][:40]!r} is no outcome", f"one of: {', '.join(RANK)}", final=True
            )
        found += [device.c.outcome.in_(several), device.c["rank"] >= min(RANK[one] for one in several)]
    if wanted.maker:
        found.append(device.c.maker == wanted.maker)
    if wanted.accused:
        found.append(device.c["rank"] > 0)
    if wanted.search:
        found.append(or_(*(_holds(desk, column, wanted.search) for column in SEARCHED)))
    return found


def _holds(desk: Desk, column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """SQLite's LIKE takes large and small letters alike by itself; folding them first costs it twice the time."""
    if desk.tx.dialect.name == "sqlite":
        return column.contains(text, autoescape=True)
    return column.icontains(text, autoescape=True)


def devices(desk: Desk, wanted: Filter, part: Slice) -> Page[Device]:
    """Devices; the reading of each site whose devices are shown is noted."""
    part = msgspec.structs.replace(part, sort=part.sort or "-rank")
    home = (site, JOINED, site.c.ref)
    rows, total = keyed_page(desk, device, conditions(desk, wanted), part, {**SORTS, "ref": site.c.ref}, home)
    desk.note("read", f"devices, {len(rows)} of {total}")
    for where in sorted({row.site for row in rows}):
        desk.note("read", "devices in a list", where)
    return Page([shaped(row, Device) for row in rows], total, part.offset, part.limit)


def opened(desk: Desk, where: str, ident: str) -> Opened:
    """One device and what is behind its verdict."""
    found = behind(desk, where, ident)
    return Opened(found.row, found.finding, [exchange(one) for one in found.evidence], found.history, found.report)


class Behind(msgspec.Struct, frozen=True):
    """As Opened, with the evidence itself and the whole report; `held`: None where its site has no whole report here."""

    row: Device
    finding: Finding | None
    evidence: list[Evidence]
    history: list[Verdict]
    report: str
    held: Held | None
    pack_zip: str = ""


def behind(desk: Desk, where: str, ident: str) -> Behind:
    """One device and what is behind its verdict; reading of one that is accused is a moment on record."""
    home = desk.site(where, "read", f"device {ident}")
    held = (device.c.organisation == home.organisation, device.c.site == home.id, device.c.device == ident)
    query: Select[Any] = select(*device.c, site.c.ref).join(site, JOINED)
    row = desk.tx.execute(query.where(*held)).first()
    if row is None:
        raise unknown("device")
    whole, made = _whole(desk, home)
    found = next((one for one in whole.report.findings if one.device == ident), None) if whole else None
    if whole and found is not None and found.outcome in ACCUSING:
        desk.moments.append((home.id, whole.digest))
    kept = made.lines if made is not None and made.evidence_erased_at is None else ""
    evidence = _evidence(desk, kept, {why.evidence for why in _whys(found)}) if found and kept else []
    told = select(change).where(
        change.c.organisation == home.organisation, change.c.site == home.id, change.c.device == ident
    )
    history = [shaped(one, Verdict) for one in desk.tx.execute(told.order_by(change.c.id.desc()).limit(200))]
    ident = made.id if made is not None else home.report or ""
    return Behind(
        shaped(row, Device), found, evidence, history, ident, whole, made.pack_zip if made is not None else ""
    )


def _whole(desk: Desk, home: Any) -> tuple[Held | None, Any]:
    """(the newest report of a site, its row) where it is here as a whole."""
    held = (
        report.c.organisation == home.organisation,
        report.c.site == home.id,
        report.c.release == "full",
        report.c.erased_at.is_(None),
    )
    row = desk.tx.execute(select(report).where(*held, report.c.id == home.report)).first()
    if row is None:
        return None, None
    body = desk.place.blobs.read(desk.tx, home.organisation, row.body)
    return Held(msgspec.json.decode(body, type=Report), row.digest), row


def _whys(found: Finding | None) -> list[Any]:
    return [*found.why, *(why for part in found.components for why in part.why)] if found else []


def _evidence(desk: Desk, name: str, ids: set[str]) -> list[Evidence]:
    org = desk.who.organisation
    lines = desk.place.blobs.read(desk.tx, org, name)
    some = b"\n".join(raw for raw in lines.split(b"\n") if any(one.encode() in raw for one in ids))
    bodies = dict(desk.place.blobs.several(desk.tx, org, wanted(some)))
    return [one for one in evidence_of(some, lambda body: bodies[body]) if one.id in ids]


def exchange(one: Evidence) -> Exchange:
    """Evidence as it is told."""
    said, body = one.observation, one.body or b""
    media = said.answer.media if said.answer else ""
    text = body[:LONGEST].decode("utf-8", "replace") if body[:LONGEST].isascii() or not body[:200].count(0) else ""
    return Exchange(
        one.id, said.probe, said.vantage, said.target, said.asked, said.status, said.seen_at, media, len(body), text
    )


@get(
    ["/api/v1/devices", "/api/v1/findings"],
    sync_to_thread=True,
    tags=["findings"],
    summary="Devices and their verdicts over all sites",
)
def listed(
    desk: Desk,
    site: Word = "",
    outcome: Word = "",
    maker: Word = "",
    search: Word = "",
    accused: bool = False,
    gone: bool = False,
    sort: Sort = "-rank",
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Device]:
    """The worst first, unless said."""
    return devices(desk, Filter(site, outcome, maker, search, accused, gone), Slice(limit, offset, sort))


Ident = Annotated[str, Parameter(max_length=200)]


@get(
    "/api/v1/sites/{site:str}/devices/{device:str}",
    sync_to_thread=True,
    tags=["findings"],
    summary="One device, and the evidence behind its verdict",
)
def shown(desk: Desk, site: str, device: Ident) -> Opened:
    """The finding as the site's newest whole report has it; each reason names its evidence, which follows."""
    return opened(desk, site, device)


HANDLERS = [listed, shown]

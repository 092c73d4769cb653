"""Reports: what was taken of a site, each with its receipt; the report itself, its statement, its evidence and pack as they came."""

from typing import Any

import msgspec
from litestar import Response, get
from sqlalchemy import Row, select

from collector.desk import Desk
from collector.intake.commits import signed
from collector.lists import Limit, Offset, Page, Slice, Sort, Word, page, shaped
from collector.refused import Refused, unknown
from collector.rows.evidence import joined
from collector.store.tables import parcel, report, site
from model.receipt import FIRST
from model.statement import Envelope


class Report(msgspec.Struct, frozen=True):
    """A report. `release`: summary, extract or full; `origin`: agent, or replay for one made here by another pack.

    `current`: whether its site stands by it; `body`: digest of what is kept under report.json, summary.json or extract.json.
    """

    id: str
    site: str
    ref: str
    agent: str
    parcel: int | None
    digest: str
    release: str
    origin: str
    replay: str
    started_at: str
    finished_at: str
    received_at: str
    pack: str
    engine: str
    evidence: str
    marking: str
    current: bool
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
    erased_at: str
    evidence_erased_at: str


class Parcel(msgspec.Struct, frozen=True):
    """A parcel that was taken. `state`: kept (its rows follow), written, faulty (and why)."""

    number: int
    digest: str
    report: str
    agent: str
    site: str
    release: str
    marking: str
    size: int
    received_at: str
    state: str
    fault: str


class Head(msgspec.Struct, frozen=True):
    """The newest receipt of the organisation. `sha256`: of its payload: whoever keeps it can tell if one before it is changed."""

    number: int
    sha256: str
    received_at: str
    collector_key: str


JOINED = (site.c.organisation == report.c.organisation) & (site.c.id == report.c.site)
SORTS = {name: report.c[name] for name in ("finished_at", "received_at", "devices", "covered", "suspect", "coverage")}


def reports(desk: Desk, where: str, part: Slice) -> Page[Report]:
    """Reports, of one site or of all."""
    query = select(*report.c, site.c.ref).join(site, JOINED).where(desk.who.mine(report))
    if where:
        query = query.where(report.c.site == desk.site(where, "read", "reports").id)
    rows, total = page(desk, query, part, {**SORTS, "ref": site.c.ref}, [report.c.id])
    desk.note("read", f"reports, {len(rows)} of {total}")
    return Page([shaped(row, Report) for row in rows], total, part.offset, part.limit)


def one_report(desk: Desk, ident: str) -> Report:
    """One report; its site's reading is noted."""
    row = desk.one(report, ident, "report")
    ref = desk.tx.execute(
        select(site.c.ref).where(site.c.organisation == row.organisation, site.c.id == row.site)
    ).scalar_one()
    return shaped(row, Report, ref=ref)


def file_of(desk: Desk, ident: str, name: str) -> tuple[bytes, str]:
    """(bytes, media) of what came with a report: `report`, `statement`, `evidence`, `pack`; Refused where it is erased or never came."""
    row = desk.one(report, ident, "report")
    if row.erased_at or (name == "evidence" and row.evidence_erased_at):
        raise Refused(
            410, "erased", "it was erased; its digest and the reason are kept", "see /api/v1/erasures", final=True
        )
    column = {"report": row.body, "statement": row.statement, "evidence": row.lines, "pack": row.pack_zip}.get(name, "")
    if not column:
        raise unknown("file of this report")
    data = desk.place.blobs.read(desk.tx, row.organisation, column)
    if name == "evidence":
        data = joined(data, lambda body: desk.place.blobs.read(desk.tx, row.organisation, body))
    if name == "report":
        desk.moments.append((row.site, row.digest))
    media = {"evidence": "application/jsonl", "pack": "application/zip"}.get(name, "application/json")
    return data, media


@get("/api/v1/reports", sync_to_thread=True, tags=["reports"], summary="Reports that were taken or made")
def listed(
    desk: Desk, site: Word = "", sort: Sort = "-received_at", limit: Limit = 100, offset: Offset = 0
) -> Page[Report]:
    """The newest first."""
    return reports(desk, site, Slice(limit, offset, sort))


@get("/api/v1/reports/{report:str}", sync_to_thread=True, tags=["reports"], summary="One report")
def shown(desk: Desk, report: str) -> Report:
    """What stands in the list."""
    return one_report(desk, report)


@get(
    "/api/v1/reports/{report:str}/{file:str}",
    sync_to_thread=True,
    tags=["reports"],
    summary="A report's file: report, statement, evidence, pack",
)
def file(desk: Desk, report: str, file: str) -> Response[bytes]:
    """Byte for byte as it came."""
    data, media = file_of(desk, report, file)
    return Response(data, media_type=media)


@get("/api/v1/parcels", sync_to_thread=True, tags=["reports"], summary="Parcels that were taken")
def parcels(desk: Desk, site: Word = "", limit: Limit = 100, offset: Offset = 0) -> Page[Parcel]:
    """The newest first."""
    query = select(parcel).where(desk.who.mine(parcel))
    if site:
        query = query.where(parcel.c.site == desk.site(site, "read", "parcels").id)
    rows, total = page(desk, query, Slice(limit, offset, "-number"), {"number": parcel.c.number}, [parcel.c.number])
    desk.note("read", f"parcels, {len(rows)} of {total}")
    return Page([shaped(row, Parcel) for row in rows], total, offset, limit)


@get("/api/v1/receipts/head", sync_to_thread=True, tags=["reports"], summary="The head of the chain of receipts")
def head(desk: Desk) -> Head:
    """Number 0 while there is none."""
    return head_of(desk)


def head_of(desk: Desk) -> Head:
    """The head of the chain of the asker's organisation."""
    held = (
        select(parcel).where(parcel.c.organisation == desk.who.organisation).order_by(parcel.c.number.desc()).limit(1)
    )
    row = desk.tx.execute(held).first()
    key = desk.place.public.decode()
    return Head(row.number, row.receipt_sha256, row.received_at, key) if row else Head(0, FIRST, "", key)


@get("/api/v1/receipts", sync_to_thread=True, tags=["reports"], summary="The chain of receipts")
def chain(desk: Desk, limit: Limit = 100, offset: Offset = 0) -> Page[Envelope]:
    """Signed, from the first on: an auditor checks that each names the one before it."""
    desk.who.needs_all()
    query = select(parcel).where(parcel.c.organisation == desk.who.organisation)
    rows, total = page(desk, query, Slice(limit, offset, "number"), {"number": parcel.c.number}, [parcel.c.number])
    desk.note("read", f"receipts, {len(rows)} of {total}")
    return Page([_envelope(desk, row) for row in rows], total, offset, limit)


def _envelope(desk: Desk, row: Row[Any]) -> Envelope:
    return signed(desk.place, row.receipt.encode())


HANDLERS = [listed, shown, file, parcels, head, chain]

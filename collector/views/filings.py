"""Filings: drafted here, answered and signed by a person; the signed file is kept beside the draft."""

import base64
import binascii
import re
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from sqlalchemy import insert, select, update

from collector.desk import Desk
from collector.lists import Limit, Offset, Page, Slice, Word, page, shaped
from collector.papers import drafted, form_named, rendered, standing
from collector.refused import Refused, unknown
from collector.store.blobs import packed
from collector.store.store import random_id
from collector.store.tables import answers, entity, filing
from model import answers as said
from model.entity import Contract
from model.filing import Filing
from model.folder import modules

Line = Annotated[str, msgspec.Meta(max_length=300)]
MEDIA = re.compile(r"[a-z]+/[A-Za-z0-9.+-]+")  # it becomes a header as it is


class Paper(msgspec.Struct, frozen=True):
    """A filing. `state`: drafted or signed; `holds`: how many refuse the words "does not use"; `reports`: digests it is about."""

    id: str
    entity: str
    entity_name: str
    form: str
    contract: str
    title: str
    prepared_at: str
    prepared_by: str
    reports: list[str]
    holds: int
    state: str
    signed_at: str
    signed_by: str


class Form(msgspec.Struct, frozen=True):
    """A form that can be drafted. `media`: as in docs/media.md."""

    form: str
    title: str
    media: list[str]


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`entity`: its id; `contract`: a number among its answers' contracts, "" for the entity's own paper."""

    entity: Line
    form: Line
    contract: Line = ""
    marking: Line = ""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`answers`: the text of answers.toml; `contracts`: as in the entity file."""

    answers: Annotated[str, msgspec.Meta(max_length=1_000_000)]
    contracts: tuple[Contract, ...] = ()


class Kept(msgspec.Struct, frozen=True):
    """The version of the answers that counts now; the former ones stay."""

    version: int


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The paper as a person signed it: who, on which day, and the file (at most 1 MB here, in base64)."""

    by: Line
    date: Line
    base64: str
    media: Line = "application/pdf"


def filings(desk: Desk, firm: str, part: Slice) -> Page[Paper]:
    """Filings, of one entity or of all."""
    query = _query(desk)
    if firm:
        query = query.where(filing.c.entity == firm)
    sorts = {
        "prepared_at": filing.c.prepared_at,
        "state": filing.c.state,
        "form": filing.c.form,
        "holds": filing.c.holds,
    }
    rows, total = page(desk, query, part, sorts, [filing.c.id])
    desk.note("read", f"filings, {len(rows)} of {total}")
    return Page([shaped(row, Paper) for row in rows], total, part.offset, part.limit)


SIGNED = Refused(409, "signed", "it was signed before", "draft a new one", final=True)


def _query(desk: Desk) -> Any:
    joined = (entity.c.organisation == filing.c.organisation) & (entity.c.id == filing.c.entity)
    return select(*filing.c, entity.c.name.label("entity_name")).join(entity, joined).where(desk.who.mine(filing))


def one_filing(desk: Desk, ident: str) -> Paper:
    """One filing."""
    row = desk.tx.execute(_query(desk).where(filing.c.id == ident)).first()
    if row is None:
        raise unknown("filing")
    desk.note("read", f"filing {ident}")
    return shaped(row, Paper)


def draft(desk: Desk, data: Draft) -> Paper:
    """Draft a form from what is kept now."""
    firm = desk.one(entity, data.entity, "entity")
    made = drafted(desk.place, desk.tx, firm, data.form, data.contract, data.marking)
    body = packed(msgspec.json.encode(made))
    desk.place.blobs.keep(desk.tx, firm.organisation, [body], desk.now)
    form = form_named(data.form)
    digests = msgspec.json.encode([one.digest for one in made.reports]).decode()
    row = {
        "organisation": firm.organisation,
        "id": random_id(),
        "entity": firm.id,
        "form": form.ID,
        "contract": data.contract,
    }
    told = {"title": form.TITLE, "prepared_at": made.prepared_at, "prepared_by": desk.who.login, "reports": digests}
    desk.tx.execute(insert(filing).values(**row, **told, holds=standing(made), state="drafted", body=body.sha256))
    desk.note("filing drafted", f"{form.ID} for {firm.name}")
    return one_filing(desk, row["id"])


def as_medium(desk: Desk, ident: str, medium: str) -> tuple[bytes, str, str]:
    """(bytes, media, file name) of a draft; of the signed file for the medium `signed`."""
    row = desk.one(filing, ident, "filing")
    desk.note("read", f"filing {ident} as {medium}")
    if medium == "signed":
        if not row.signed_body:
            raise unknown("signed file")
        return desk.place.blobs.read(desk.tx, row.organisation, row.signed_body), row.signed_media, f"{row.form}-signed"
    held = msgspec.json.decode(desk.place.blobs.read(desk.tx, row.organisation, row.body), type=Filing)
    return rendered(held, medium)


def signed(desk: Desk, ident: str, data: Signed) -> Paper:
    """Keep the paper as a person signed it. Refused where it was signed before."""
    row = desk.one(filing, ident, "filing")
    try:
        held = base64.b64decode(data.base64, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(400, "base64", "the file is no base64", "encode it", final=True) from None
    if not held or not data.by.strip() or not data.date.strip():
        raise Refused(400, "signed", "a file, a name and a day are needed", "say all three", final=True)
    if not MEDIA.fullmatch(data.media):
        raise Refused(400, "media", f"{data.media[:60]!r} is no media type", "say application/pdf", final=True)
    if row.state == "signed":
        raise SIGNED
    body = packed(held)
    desk.place.blobs.keep(desk.tx, row.organisation, [body], desk.now)
    values = {
        "state": "signed",
        "signed_at": data.date,
        "signed_by": data.by,
        "signed_body": body.sha256,
        "signed_media": data.media,
    }
    ours = (filing.c.organisation == row.organisation, filing.c.id == ident, filing.c.state != "signed")
    if not desk.tx.execute(update(filing).where(*ours).values(**values)).rowcount:
        raise SIGNED  # by another, at the same moment
    desk.note("filing signed", f"{row.form} {ident} by {data.by}")
    return one_filing(desk, ident)


def answer(desk: Desk, firm: str, data: Said) -> Kept:
    """Keep what persons answered about an entity."""
    row = desk.one(entity, firm, "entity")
    said.parsed(data.answers.encode("utf-8", "replace"), "answers")
    told = {
        "organisation": row.organisation,
        "entity": row.id,
        "at": desk.now,
        "who": desk.who.login,
        "body": data.answers,
    }
    contracts = msgspec.json.encode(data.contracts).decode()
    made = desk.tx.execute(insert(answers).values(**told, contracts=contracts).returning(answers.c.id)).scalar_one()
    desk.note("answers", f"{row.name}, version {made}")
    return Kept(made)


@get("/api/v1/forms", sync_to_thread=True, tags=["filings"], summary="Forms that can be drafted")
def forms(desk: Desk) -> list[Form]:
    """By id."""
    return known()


def known() -> list[Form]:
    """The forms, by id."""
    media = {one.MEDIA: name for name, one in modules("reporters.media").items()}
    return [
        Form(one.ID, one.TITLE, [media[kind] for kind in one.MEDIA if kind in media])
        for one in modules("reporters.forms").values()
    ]


@get("/api/v1/filings", sync_to_thread=True, tags=["filings"], summary="Filings")
def listed(desk: Desk, entity: Word = "", limit: Limit = 100, offset: Offset = 0) -> Page[Paper]:
    """The newest first."""
    return filings(desk, entity, Slice(limit, offset, "-prepared_at"))


@get("/api/v1/filings/{filing:str}", sync_to_thread=True, tags=["filings"], summary="One filing")
def shown(desk: Desk, filing: str) -> Paper:
    """By its id."""
    return one_filing(desk, filing)


@get(
    "/api/v1/filings/{filing:str}/{media:str}",
    sync_to_thread=True,
    tags=["filings"],
    summary="A filing as a file: html, pdf, docx, ..., signed",
)
def file(desk: Desk, filing: str, media: str) -> Response[bytes]:
    """The draft in a medium, or the signed file."""
    data, kind, name = as_medium(desk, filing, media)
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@post("/api/v1/filings", role="reviewer", sync_to_thread=True, tags=["filings"], summary="Draft a filing")
def begin(desk: Desk, data: Draft) -> Paper:
    """No box is ticked by software."""
    return draft(desk, data)


@post(
    "/api/v1/filings/{filing:str}/sign",
    role="reviewer",
    sync_to_thread=True,
    tags=["filings"],
    summary="Keep the signed paper",
    status_code=200,
)
def sign(desk: Desk, filing: str, data: Signed) -> Paper:
    """Who signed it, when, and the file."""
    return signed(desk, filing, data)


@post(
    "/api/v1/entities/{entity:str}/answers",
    role="reviewer",
    sync_to_thread=True,
    tags=["filings"],
    summary="Bring what persons answered",
)
def bring(desk: Desk, entity: str, data: Said) -> Kept:
    """answers.toml and the contracts of the entity."""
    return answer(desk, entity, data)


HANDLERS = [forms, listed, shown, file, begin, sign, bring]

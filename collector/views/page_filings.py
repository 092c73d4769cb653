"""The pages of filings: drafted, read, and kept as a person signed them."""

import base64

from litestar import Response

from collector.desk import Desk
from collector.lists import Limit, Offset, Slice, Sort, Word
from collector.views.filings import Draft, Signed, draft, filings, known, one_filing, signed
from collector.views.page_sites import firms
from collector.web.forms import Files, Form, text, upload
from collector.web.listing import ROWS, Listing
from collector.web.route import get, post
from collector.web.show import led, page
from collector.web.words import DONE

FIRST = ("pdf", "html", "docx", "xlsx")  # what a person reads; what programs read follows
LARGEST = 4 * 1024 * 1024


@get("/filings")
def show(
    desk: Desk, entity: Word = "", sort: Sort = "-prepared_at", limit: Limit = ROWS, offset: Offset = 0, done: Word = ""
) -> Response[bytes]:
    """The newest first."""
    part = Slice(limit, offset, sort)
    held = Listing("/filings", filings(desk, entity, part), part, {"entity": entity})
    return page(
        desk,
        "filings.html",
        title="Filings",
        here="/filings",
        list=held,
        entities=firms(desk),
        forms=known(),
        done=DONE.get(done, ""),
    )


@post("/filings", role="reviewer")
def begin(desk: Desk, data: Form) -> Response[bytes]:
    """Draft one."""
    made = draft(desk, Draft(*(text(data, name).strip()[:300] for name in ("entity", "form", "contract", "marking"))))
    return led(f"/filings/{made.id}?done=drafted")


@get("/filings/{filing:str}")
def one(desk: Desk, filing: str, done: Word = "") -> Response[bytes]:
    """One filing, and how far it is."""
    found = one_filing(desk, filing)
    held = next((form.media for form in known() if form.form == found.form), [])
    media = sorted(held, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    return page(
        desk, "filing.html", title=found.title, here="/filings", one=found, media=media, done=DONE.get(done, "")
    )


@post(
    "/filings/{filing:str}/sign",
    role="reviewer",
    request_max_body_size=LARGEST,
)
def sign(desk: Desk, filing: str, data: Files) -> Response[bytes]:
    """Keep the signed file beside its draft."""
    body, name = upload(data, "file")
    media = "application/pdf" if name.lower().endswith(".pdf") else "application/octet-stream"
    by, date = (text(data, field).strip()[:300] for field in ("by", "date"))
    signed(desk, filing, Signed(by, date, base64.b64encode(body).decode(), media))
    return led(f"/filings/{filing}?done=signed")


HANDLERS = [show, begin, one, sign]

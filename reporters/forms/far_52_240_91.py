"""FAR 52.240-91 (FAR overhaul): the report of paragraph (h) within 72 hours, and the review of FASCSA orders of paragraph (i)."""

from collections.abc import Iterator

from model.filing import Filing
from reporters._document import Block, Heading, PageBreak, Paragraph
from reporters._text import plural
from reporters.forms._asked import contract_fields, item, questions_of, within
from reporters.forms._back import closing, limits
from reporters.forms._clocks import clocks
from reporters.forms._contracts import contracts
from reporters.forms._disclosure import products, sheets
from reporters.forms._front import front
from reporters.forms._inquiry import inquiry
from reporters.forms._looks import looks
from reporters.forms._matters import held, matters, questions
from reporters.forms._section_889 import definitions
from reporters.forms._services import services
from reporters.forms._waivers import waivers
from reporters.forms._write import MEDIA, written
from reporters.regimes import quote, regime

ID = "far-52.240-91"
TITLE = "FAR 52.240-91(h), report within 72 hours, and record of the FASCSA review: draft for a person to submit"
CITES = ("FAR 52.240-91(h) and (i) (FAR overhaul, DEVIATION DATE)", "Pub. L. 115-232, sec. 889(a)(1)")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

LAW = regime(ID)
ITEMS = within(LAW, "(h)(1)", "contract", "product")
MONTHS = 3  # paragraph (i)(1)


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    yield from front(filing, "What is reported may not be the whole", "No hold of the scans stands")
    yield PageBreak()
    yield from _duty()
    yield from contracts(filing, LAW, where=True)
    yield from clocks(filing, LAW.id)
    yield from _report(filing)
    yield from _fascsa(filing)
    yield from definitions()
    yield from matters(filing)
    yield from held(filing)
    yield from questions(filing, questions_of(LAW))
    yield from waivers(filing)
    yield from inquiry(filing)
    yield from limits(LAW)
    yield from closing(filing)


def _duty() -> Iterator[Block]:
    yield Heading("The duty to report")
    yield Paragraph(
        "Whether something does not comply is for a person to say; the 72 hours are hours of the clock, weekends included, and "
        "the report takes as much as is known by then. A scan says what is there."
    )
    for name in ("prohibition_a", "prohibition_b", "exception_91", "inquiry", "report", "where", "later"):
        yield quote(ID, name)


def _report(filing: Filing) -> Iterator[Block]:
    found = products(filing)
    yield Heading("The report of paragraph (h)(1)")
    text = f"{plural(len(found), 'product')} below, each with what is known, and blanks for what only a person can say."
    yield Paragraph(text if found else "The scans show no product to report.")
    yield from sheets(filing, LAW, ITEMS, "Product")
    yield from services(filing, LAW, ITEMS, "Service")


def _fascsa(filing: Filing) -> Iterator[Block]:
    """The review, its age, and what a report under (i)(3) asks beyond the fields above."""
    yield Heading("FASCSA orders: the review of paragraph (i)")
    yield quote(ID, "quarterly")
    yield from looks(filing, item(LAW, "fascsa-orders"), MONTHS)
    yield quote(ID, "fascsa_report")
    yield Paragraph(
        "No scan of ours looks for what FASCSA orders name. Where a person found something, these fields and those of (h)(1)(iii) "
        "to (ix) above make the report."
    )
    yield contract_fields(filing, LAW, within(LAW, "(i)(3)", "contract"))

"""FAR 52.240-90 (FAR overhaul): hold sheet (submitting is representing), a disclosure a product, inquiry record."""

from collections.abc import Iterator

from model.filing import Filing
from reporters._document import Block, Heading, Notice, PageBreak, Paragraph
from reporters._text import plural
from reporters.forms._asked import item, questions_of, within
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

ID = "far-52.240-90"
TITLE = "FAR 52.240-90, inquiry record, hold sheet and disclosures: draft for a person to answer"
CITES = ("FAR 52.240-90(c) and (g) (FAR overhaul, DEVIATION DATE)", "Pub. L. 115-232, sec. 889(a)(1)")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

LAW = regime(ID)
ITEMS = within(LAW, "(g)(1)", "contract", "product")


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    yield from front(filing, "Hold the offer", "No hold of the scan stands")
    yield PageBreak()
    yield from _sheet()
    yield from held(filing)
    yield from matters(filing)
    yield from contracts(filing, LAW, where=True)
    yield from clocks(filing, LAW.id)
    yield from _reviews(filing)
    yield from _disclosures(filing)
    yield from questions(filing, questions_of(LAW))
    yield from waivers(filing)
    yield from definitions()
    yield from inquiry(filing)
    yield from limits(LAW)
    yield from closing(filing)


def _sheet() -> Iterator[Block]:
    yield Heading("Hold sheet")
    title = "Submitting an offer is the representation. This provision has no box to tick or to leave blank."
    item = "Whoever submits the offer says the words below for the whole entity, whether or not this paper is signed."
    yield Notice("error", title, (item,))
    yield quote(ID, "submission")
    yield Paragraph(
        "While a hold below stands, in our reading nobody can say (c)(2) without a disclosure under (g) or a waiver in "
        "the solicitation; that no hold stands does not by itself make it true. What is provided, (c)(1), is never "
        "derived from a scan."
    )
    only = "This paper does not cover paragraphs (d) to (f): FASCSA orders, Sudan, Iran."
    yield Notice("warning", only, ("Submitting the offer represents or certifies what those say, too.",))


def _reviews(filing: Filing) -> Iterator[Block]:
    yield Heading("Reviews of lists under paragraph (b)")
    yield quote(ID, "review")
    yield from looks(filing, item(LAW, "sam-exclusions"))
    yield quote(ID, "fascsa")
    yield from looks(filing, item(LAW, "fascsa-orders"))


def _disclosures(filing: Filing) -> Iterator[Block]:
    found = products(filing)
    yield Heading("Disclosures under paragraph (g)")
    yield quote(ID, "disclose")
    yield quote(ID, "where")
    yield quote(ID, "later")
    text = f"{plural(len(found), 'product')} below, each with what is known, and blanks for what only a person can say."
    none = "The scan gives no product to disclose. What it could not see is in the hold sheet."
    yield Paragraph(text if found else none)
    yield from sheets(filing, LAW, ITEMS, "Disclosure")
    yield from services(filing, LAW, ITEMS, "Disclosure of a service")

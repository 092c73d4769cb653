"""FAR 52.204-24 (Nov 2021): the representation of one offer, its skip rule, and the disclosures of paragraph (e)."""

from collections.abc import Iterator

from model.filing import Filing
from reporters._document import Block, Heading, PageBreak, Paragraph
from reporters.forms._asked import contract_fields, item, questions_of, within
from reporters.forms._back import closing, limits
from reporters.forms._box import box, stray
from reporters.forms._contracts import contracts
from reporters.forms._disclosure import sheets
from reporters.forms._front import front
from reporters.forms._inquiry import inquiry
from reporters.forms._looks import looks
from reporters.forms._matters import held, matters, questions
from reporters.forms._on_record import on_record
from reporters.forms._section_889 import definitions
from reporters.forms._services import services
from reporters.forms._waivers import waivers
from reporters.forms._write import MEDIA, written
from reporters.regimes import quote, regime

ID = "far-52.204-24"
TITLE = "FAR 52.204-24, representation and disclosures with an offer: draft for a person to answer"
CITES = ("FAR 52.204-24 (Nov 2021)", "FAR 52.212-3(v)", "FAR 52.204-25(a)", "Pub. L. 115-232, sec. 889(a)(1)")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

LAW = regime(ID)


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    yield from front(filing, '"Does not use" is refused', 'No hold stands against "does not use"')
    yield PageBreak()
    yield from _representation(filing)
    yield from contracts(filing, LAW)
    yield from _provided(filing)
    yield from _used(filing)
    yield from definitions()
    yield from matters(filing)
    yield from held(filing)
    yield from questions(filing, questions_of(LAW, "on-record-c1", "on-record-c2"))
    yield from waivers(filing)
    yield from inquiry(filing)
    yield from limits(LAW)
    yield from closing(filing)
    yield from stray(filing, [LAW])


def _representation(filing: Filing) -> Iterator[Block]:
    yield Heading("What is on record, and what then shall not be completed")
    yield quote(ID, "skip")
    yield from on_record(filing, LAW)
    yield Heading("The representation")
    yield quote(ID, "prohibition_a")
    yield quote(ID, "prohibition_b")
    yield quote(ID, "review")
    yield from looks(filing, item(LAW, "sam-exclusions"))
    yield from box(filing, LAW, "d1")
    yield Paragraph("What will be provided is never derived from a scan: bills of materials and suppliers say it.")
    yield from box(filing, LAW, "d2")


def _provided(filing: Filing) -> Iterator[Block]:
    """(e)(1): what is offered, which no scan of a site shows."""
    yield Heading("Disclosures under paragraph (e)(1)")
    yield Paragraph(
        "Owed as part of the offer if (d)(1) is answered with will. All covered equipment that is offered, out of bills of "
        "materials and suppliers' answers; whether it is permissible is judged under paragraph (b)(1)."
    )
    yield contract_fields(filing, LAW, within(LAW, "(e)(1)(i)", "contract"))
    yield from services(filing, LAW, within(LAW, "(e)(1)(ii)", "service"), "Service offered")


def _used(filing: Filing) -> Iterator[Block]:
    """(e)(2): what is used, of which the scans show some."""
    yield Heading("Disclosures under paragraph (e)(2)")
    yield Paragraph(
        "Owed if (d)(2) is answered with does. Each product that the scans show, and a blank one where they show none; "
        "whether it is permissible is judged under paragraph (b)(2). The paragraph says offered even of what is used."
    )
    yield from sheets(filing, LAW, within(LAW, "(e)(2)(i)", "product"), "Product")
    yield from services(filing, LAW, within(LAW, "(e)(2)(ii)", "service"), "Service used")

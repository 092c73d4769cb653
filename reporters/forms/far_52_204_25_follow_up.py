"""FAR 52.204-25(d)(2)(ii): the follow-up report, within 10 business days of the first, for a person to submit."""

from collections.abc import Iterator

from model.filing import Filing
from reporters._document import Block, Heading, PageBreak, Paragraph
from reporters.forms._asked import contract_fields, item, questions_of, within
from reporters.forms._back import closing, limits
from reporters.forms._clocks import clocks
from reporters.forms._contracts import contracts
from reporters.forms._disclosure import sheets
from reporters.forms._front import front
from reporters.forms._inquiry import inquiry
from reporters.forms._matters import held, matters, questions
from reporters.forms._section_889 import definitions
from reporters.forms._services import services
from reporters.forms._waivers import waivers
from reporters.forms._write import MEDIA, written
from reporters.regimes import quote, regime

ID = "far-52.204-25-follow-up"
TITLE = "FAR 52.204-25(d), follow-up report: draft for a person to submit"
CITES = ("FAR 52.204-25(d)(2)(ii) (text of Aug 2020, kept in Nov 2021)", "Pub. L. 115-232, sec. 889(a)(1)")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

LAW = regime("far-52.204-25")
PARAGRAPH = "(d)(2)(ii)"
REPEATED = (
    "contract-number",
    "order-numbers",
    "supplier-name",
    "brand",
    "model",
    "item",
    "mitigation",
)  # so that it can be matched
ITEMS = (*(item(LAW, key) for key in REPEATED), *within(LAW, PARAGRAPH, "product"))


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    yield from front(filing, "What is reported may not be the whole", "No hold of the scans stands")
    yield PageBreak()
    yield from _duty(filing)
    yield from contracts(filing, LAW, where=True)
    yield from clocks(filing, LAW.id)
    yield Heading("What is reported")
    yield from sheets(filing, LAW, ITEMS, "Product")
    yield from services(filing, LAW, ITEMS, "Service")
    yield from definitions()
    yield from matters(filing)
    yield from held(filing)
    yield from questions(filing, questions_of(LAW))
    yield from waivers(filing)
    yield from inquiry(filing)
    yield from limits(LAW)
    yield from closing(filing)


def _duty(filing: Filing) -> Iterator[Block]:
    yield Heading("The duty to report")
    yield Paragraph(
        "Whether it has arisen is for a person to say: the clause asks for use as a substantial or essential component of any "
        "system, or as critical technology, during contract performance, identified or notified of. A scan says what is there."
    )
    yield quote(LAW.id, "report")
    yield quote(LAW.id, "orders")
    yield quote(LAW.id, "follow_up")
    yield Paragraph("The 10 days run from the day on which the first report was submitted, which a person says below.")
    yield contract_fields(filing, LAW, within(LAW, PARAGRAPH, "contract"))

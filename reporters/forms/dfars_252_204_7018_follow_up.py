"""DFARS 252.204-7018(d)(2)(ii): the follow-up to DIBNet, within 30 business days of the first report."""

from collections.abc import Iterator

from model.filing import Filing
from reporters._document import Block, Heading, PageBreak, Paragraph
from reporters.forms._back import closing
from reporters.forms._contracts import contracts
from reporters.forms._dfars import (
    AUTHORITY,
    FREE,
    STANDS,
    back,
    clocks,
    contract_fields,
    findings,
    mission,
    product,
    questions,
)
from reporters.forms._dfars import reached_products as reached
from reporters.forms._front import front
from reporters.forms._services import services
from reporters.forms._waivers import waivers
from reporters.forms._write import MEDIA, written
from reporters.regimes import quote, regime

ID = "dfars-252.204-7018-follow-up"
TITLE = "DFARS 252.204-7018, follow-up report under Section 1656: draft for a person to submit"
CITES = ("DFARS 252.204-7018(d)(2)(ii) (Jan 2023)", "Pub. L. 115-91, sec. 1656")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

LAW = regime("dfars-252.204-7018")
CONTRACT = ("contract-number", "order-numbers", "defense-first-report", "efforts-made", "efforts-future")
PRODUCT = ("brand", "model", "item", "mitigation-further")


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    found = reached(filing)
    yield from front(filing, STANDS, FREE)
    yield PageBreak()
    yield Heading("The report of paragraph (d)(2)(ii)")
    yield mission(filing)
    for name in ("follow_up", "prohibition", "missions", "component"):
        yield quote(LAW.id, name)
    yield Paragraph(
        "The 30 business days run from the day on which the first report was submitted, which a person knows and this "
        "program does not. Business days are counted on the federal calendar, which is our assumption."
    )
    yield clocks(filing, LAW, "follow-up")
    yield from contracts(filing, LAW)
    yield from contract_fields(filing, LAW, CONTRACT)
    for number, units in enumerate((*found, *(() if found else ([],))), 1):
        yield from product(filing, LAW, number, units, PRODUCT)
    yield from services(filing, LAW, [item for item in LAW.field if item.key in PRODUCT], "Service")
    yield from findings(filing, found)
    yield from questions(filing, found)
    yield from waivers(filing, AUTHORITY)
    yield from back(filing, LAW)
    yield from closing(filing)

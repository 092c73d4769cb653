"""DFARS 252.204-7016 (Dec 2019): the annual representation under Section 1656, its box left to a person."""

from collections.abc import Iterator

from model.filing import Filing
from reporters._document import Block, Heading, PageBreak, Paragraph
from reporters.forms._back import closing
from reporters.forms._box import box, stray
from reporters.forms._dfars import (
    AUTHORITY,
    FREE,
    STANDS,
    back,
    findings,
    mission,
    questions,
    reached_products,
    reviewed,
)
from reporters.forms._front import front
from reporters.forms._waivers import waivers
from reporters.forms._write import MEDIA, written
from reporters.regimes import quote, regime

ID = "dfars-252.204-7016"
TITLE = "DFARS 252.204-7016, annual representation under Section 1656: draft for a person to answer"
CITES = ("DFARS 252.204-7016 (Dec 2019)", "Pub. L. 115-91, sec. 1656")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

LAW = regime(ID)


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    found = reached_products(filing)
    yield from front(filing, STANDS, FREE)
    yield PageBreak()
    yield Heading("The representation")
    yield mission(filing)
    yield quote(ID, "definition")
    yield quote(ID, "review")
    yield from reviewed(filing, LAW, "defense-sam-exclusions")
    yield from box(filing, LAW, "c")
    yield Paragraph("What is provided is never derived from a scan: a scan sees what a site uses.")
    yield from findings(filing, found)
    yield from questions(filing, found)
    yield from waivers(filing, AUTHORITY)
    yield from back(filing, LAW)
    yield from closing(filing)
    yield from stray(filing, [LAW])

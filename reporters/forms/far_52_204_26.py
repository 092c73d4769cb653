"""FAR 52.204-26 (Oct 2020): the annual representation, its two boxes left to a person, and the record behind them."""

from collections.abc import Iterator

from model.filing import Filing
from reporters._document import Block, Heading, PageBreak, Paragraph
from reporters.forms._asked import item, questions_of
from reporters.forms._back import closing, limits
from reporters.forms._box import box, stray
from reporters.forms._contracts import contracts
from reporters.forms._front import front
from reporters.forms._inquiry import inquiry
from reporters.forms._looks import looks
from reporters.forms._matters import held, matters, questions
from reporters.forms._section_889 import definitions
from reporters.forms._waivers import waivers
from reporters.forms._write import MEDIA, written
from reporters.regimes import quote, regime

ID = "far-52.204-26"
TITLE = "FAR 52.204-26, annual representation: draft for a person to answer"
CITES = ("FAR 52.204-26 (Oct 2020)", "FAR 52.204-25(a)", "Pub. L. 115-232, sec. 889(a)(1)")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

LAW = regime(ID)


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    yield from front(filing, '"Does not use" is refused', 'No hold stands against "does not use"')
    yield PageBreak()
    yield Heading("The representation")
    yield quote(ID, "review")
    yield from looks(filing, item(LAW, "sam-exclusions"))
    yield from box(filing, LAW, "c1")
    yield Paragraph("What is provided is never derived from a scan: a scan sees what a site uses.")
    yield from box(filing, LAW, "c2")
    yield from definitions()
    yield from contracts(filing, LAW)
    yield from matters(filing)
    yield from held(filing)
    yield from questions(filing, questions_of(LAW))
    yield from waivers(filing)
    yield from inquiry(filing)
    yield from limits(LAW)
    yield from closing(filing)
    yield from stray(filing, [LAW])

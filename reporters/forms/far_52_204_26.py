"""FAR 52.204-26 (Oct 2020): the annual representation, its two boxes left to a person, and the record behind them."""

from collections.abc import Iterator

from model.filing import Filing
from reporters._document import Block, Heading, PageBreak, Paragraph
from reporters.forms._back import closing, limits
from reporters.forms._box import box, stray
from reporters.forms._front import front
from reporters.forms._inquiry import inquiry
from reporters.forms._matters import held, matters, questions
from reporters.forms._write import MEDIA, written
from reporters.regimes import quote, regime

ID = "far-52.204-26"
TITLE = "FAR 52.204-26, annual representation: draft for a person to answer"
CITES = ("FAR 52.204-26 (Oct 2020)", "FAR 52.204-25(a)", "Pub. L. 115-232, sec. 889(a)(1)")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

LAW = regime(ID)
QUESTIONS = (
    ("sam-exclusions", "Who reviewed the list of excluded parties in SAM (paragraph (b)), and on which day?"),
    (
        "records",
        "Which purchasing, inventory and lease records were searched for the listed producers, and what did they show?",
    ),
    (
        "services",
        "Which telecommunications and video surveillance services does the entity use, by whom, with whose equipment?",
    ),
    (
        "offline",
        "What equipment is on no network examined (cellular, radios, stored, home offices), and who made it?",
    ),
    (
        "offered",
        "For (c)(1): which offered products and services were checked, how, and by whom? A scan of a site does "
        "not say.",
    ),
)


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    yield from front(filing, '"Does not use" is refused', 'No hold stands against "does not use"')
    yield PageBreak()
    yield Heading("The representation")
    yield quote(ID, "review")
    yield from box(filing, LAW, "c1")
    yield Paragraph("What is provided is never derived from a scan: a scan sees what a site uses.")
    yield from box(filing, LAW, "c2")
    yield from matters(filing)
    yield from held(filing)
    yield from questions(filing, QUESTIONS)
    yield from inquiry(filing)
    yield from limits()
    yield from closing(filing)
    yield from stray(filing, [LAW])

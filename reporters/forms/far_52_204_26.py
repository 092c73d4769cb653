"""FAR 52.204-26 (Oct 2020): the annual representation, its two boxes left to a person, and the record behind them."""

from collections.abc import Iterator
from datetime import date

from model.answers import Choice
from model.filing import Filing
from model.gate import refused
from reporters.forms import _law
from reporters.forms._back import closing, limits
from reporters.forms._document import Block, Boxes, Heading, Notice, Option, PageBreak, Paragraph
from reporters.forms._front import front
from reporters.forms._inquiry import inquiry
from reporters.forms._matters import held, matters, questions
from reporters.forms._write import MEDIA, written

ID = "far-52.204-26"
TITLE = "FAR 52.204-26, annual representation: draft for a person to answer"
CITES = ("FAR 52.204-26 (Oct 2020)", "FAR 52.204-25(a)", "Pub. L. 115-232, sec. 889(a)(1)")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

ANSWERS = {"does": "does", "does-not": "does not"}
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
    yield _law.quote("review")
    yield from _box(filing, "c1", _law.BOXES["provide"])
    yield Paragraph("What is provided is never derived from a scan: a scan sees what a site uses.")
    yield from _box(filing, "c2", _law.BOXES["use"])
    yield from matters(filing)
    yield from held(filing)
    yield from questions(filing, QUESTIONS)
    yield from inquiry(filing)
    yield from limits()
    yield from closing(filing)
    yield from _stray_choices(filing)


def _box(filing: Filing, box: str, law: _law.Box) -> Iterator[Block]:
    """Both boxes blank, unless one named person chose one answer and nothing forbids it; why it stays blank is said."""
    said = [choice for choice in filing.answers.choice if choice.box == box]
    reasons = _against(filing, box, said) if said else ()
    ticked = said[0].answer if said and not reasons else ""
    options = tuple(Option(words, key == ticked) for key, words in ANSWERS.items())
    word = f"Ticked on the word of {said[0].by}, {said[0].date}." if ticked else "No box is ticked."
    source = "Quotation, but for ticks: FAR 52.204-26(c) (Oct 2020)."
    ending = word if said else f"Nobody has answered: left blank. Key: {box}."
    yield Boxes(law.before, options, law.after, f"{source} {ending}")
    if reasons:
        yield Notice("error", f"The answer given for {box} is not entered: the box stays blank", reasons)


def _against(filing: Filing, box: str, said: list[Choice]) -> tuple[str, ...]:
    chosen = said[0]
    if len(said) > 1:
        return (f"{len(said)} choices are given for it: {', '.join(f'{c.answer} by {c.by}' for c in said)}",)
    if chosen.answer not in ANSWERS:
        return (f"the answer {chosen.answer!r} is none of this box's: {', '.join(ANSWERS)}",)
    if not chosen.by.strip() or not _day(chosen.date):
        return ("the choice names no person, or no day in the form 2026-11-23",)
    if {*filing.answers.reports} != {held.digest for held in filing.reports}:
        return ("the answers do not name, under `reports`, the digests of the reports that they are about",)
    if filing.entity.site_only:
        return ("this paper is about sites, and the representation is the entity's",)
    if (box, chosen.answer) == ("c2", "does-not"):
        return tuple(hold.text for hold in refused(filing.holds))
    return ()


def _day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _stray_choices(filing: Filing) -> Iterator[Block]:
    stray = [choice for choice in filing.answers.choice if choice.box not in ("c1", "c2")]
    if stray:
        items = tuple(f"{choice.box}: {choice.answer}, by {choice.by}" for choice in stray)
        yield Notice("warning", "Choices for boxes that this form does not have", items)

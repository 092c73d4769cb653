"""A subcontractor's certificate: what of the clauses flows down to it, what does not, and what the prime merely requests."""

from collections.abc import Iterator

import msgspec

from model.entity import Contract
from model.filing import Filing
from reporters._document import (
    Block,
    Boxes,
    Bullets,
    Field,
    Fields,
    Heading,
    Notice,
    Option,
    PageBreak,
    Paragraph,
    Table,
)
from reporters.forms._back import closing
from reporters.forms._box import against, chosen, stray
from reporters.forms._fields import fields
from reporters.forms._flow_down import LAW, quote
from reporters.forms._front import front
from reporters.forms._inquiry import inquiry
from reporters.forms._matters import held, matters
from reporters.forms._waivers import waivers
from reporters.forms._write import MEDIA, written
from reporters.regimes import quote as quoted

ID = "flow-down"
TITLE = "Subcontractor's certificate on covered equipment: draft for the subcontractor to answer"
CITES = ("FAR 52.204-25(e)", "FAR 52.240-91(j) (FAR overhaul, DEVIATION DATE)", "DFARS 252.204-7018(e) (Jan 2023)")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

FLOWS = (
    (
        "FAR 52.204-25",
        "(a), (b)(1), (c), (d), (e)",
        "yes",
        "Part A: not to provide; its exceptions; reporting; inserting it further down",
    ),
    (
        "FAR 52.204-25",
        "(b)(2)",
        "NO",
        "Part B: not to use, in performance of the contract or not. It binds the prime, for the prime's own use",
    ),
    (
        "FAR 52.240-91",
        "all but (d)(1) and (i)(1)",
        "yes",
        "the prohibitions of (b), (c), (d)(2) to (4) and (e); inquiry; the 72-hour report; inserting it",
    ),
    (
        "FAR 52.240-91",
        "(d)(1)",
        "NO",
        "Part B: not to use, in performance of the contract or not. It binds the prime, for the prime's own use",
    ),
    ("FAR 52.240-91", "(i)(1)", "NO", "the review of SAM for FASCSA orders every three months"),
    (
        "DFARS 252.204-7018",
        "the whole clause, with (e)",
        "yes",
        "Section 1656, an authority of its own: not to provide for covered missions; its report",
    ),
)
NOT = (
    "It is no form of the Government's. No clause asks a subcontractor for a representation: the boxes below are the prime's request.",
    "The subcontractor answers for itself, for its own entity, and for nobody else: not for the prime, and not for a parent or sister.",
    "It relieves nobody of a duty under the clauses, and it is not legal advice. Software ticked no box in it.",
    "What a subcontractor uses in its own business is not what these clauses forbid it, in our reading; a prime contract of its own may.",
)


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    yield from front(filing, '"Does not use" is refused', "No hold of the scans stands")
    yield PageBreak()
    yield from _parties(filing)
    yield from _flows()
    yield from _certified(filing)
    yield from _requested(filing)
    yield from matters(filing)
    yield from held(filing)
    yield from waivers(filing)
    yield from inquiry(filing)
    yield Heading("What this form is not")
    yield Bullets(NOT)
    yield from closing(filing)
    yield from stray(filing, [LAW])


def _parties(filing: Filing) -> Iterator[Block]:
    """The entity of this paper is the subcontractor, or it is the prime's and blank for another to fill."""
    subs = _subcontracts(filing)
    yield Heading("Parties")
    if not subs:
        title = "The entity file lists no subcontract: this paper is for a subcontractor to fill in"
        yield Notice("warning", title, ('A subcontract is a contract of the entity file with `kind = "subcontract"`.',))
    for one in subs or [Contract("")]:
        yield Fields(
            (
                Field("Subcontractor, who answers", filing.entity.name if subs else None),
                Field("Prime contractor, or the next tier up", one.prime or None),
                Field("Subcontract number", one.number or None),
                Field("What is delivered under it (supply category)", one.supply_category or None),
            )
        )


def _subcontracts(filing: Filing) -> list[Contract]:
    return [one for one in filing.contracts() if one.kind == "subcontract"]


def _flows() -> Iterator[Block]:
    yield Heading("What flows down, and what does not")
    head = ("Clause", "Paragraphs", "Flows down", "What they are about")
    yield Table("By the clauses' own words below", head, FLOWS, (3, 4, 2, 8))
    for name in ("e25", "j91"):
        yield quote(name)
    yield quoted("dfars-252.204-7018", "subcontracts")


def _certified(filing: Filing) -> Iterator[Block]:
    """What the clauses that flow down make the subcontractor's own duty."""
    yield Heading("What the clauses ask of the subcontractor")
    for name in ("b1", "d25", "f91", "h91"):
        yield quote(name)
    yield from _asked(filing, "Flows down")


def _requested(filing: Filing) -> Iterator[Block]:
    """What the prime would like to know, and no clause that flows down makes anyone say."""
    yield Heading("What the prime requests beyond the clauses")
    title = "A request, not a duty under the clauses: Part B, on use, does not flow down"
    yield Notice("info", title, ("Whoever declines to answer here breaks none of the clauses above, in our reading.",))
    yield from _box(filing, "fd-provide")
    yield Paragraph("What is provided is never derived from a scan: bills of materials and suppliers' answers say it.")
    yield from _box(filing, "fd-use")
    yield from _asked(filing, "Request")


def _asked(filing: Filing, cite: str) -> Iterator[Block]:
    law = msgspec.structs.replace(LAW, field=tuple(item for item in LAW.field if item.cite.startswith(cite)))
    subs: list[Contract | None] = [*_subcontracts(filing)] or [None]
    for one in subs:
        if len(subs) > 1 and one:
            yield Heading(f"Subcontract {one.number}", 3)
        known = {"fd-clauses": (", ".join(one.clauses), "from the entity file")} if one and one.clauses else {}
        yield fields(msgspec.structs.replace(filing, contract=one), law, "contract", known)


def _box(filing: Filing, key: str) -> Iterator[Block]:
    """A requested statement, in our words: blank unless one named person chose, and refused where the gate refuses."""
    law = LAW.box[key]
    said = chosen(filing, LAW, key)
    reasons = against(filing, law, said) if said else ()
    ticked = said[0].answer if said and not reasons else ""
    options = tuple(Option(words, answer == ticked) for answer, words in law.answers.items())
    word = f"Ticked on the word of {said[0].by}, {said[0].date}." if ticked else f"No box is ticked. Key: {key}."
    yield Boxes(law.before, options, law.after, f"No quotation: {law.cite}, in this form's own words. {word}")
    if reasons:
        yield Notice("error", f"The answer given for {key} is not entered: the box stays blank", reasons)

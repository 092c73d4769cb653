"""DFARS 252.204-7017 (May 2021): the representation per offer under Section 1656, and the disclosures of paragraph (e)."""

from collections.abc import Iterator

from model.filing import Filing
from reporters._document import Block, Heading, Notice, PageBreak, Paragraph
from reporters.forms._back import closing
from reporters.forms._box import box, chosen, stray
from reporters.forms._contracts import contracts
from reporters.forms._dfars import (
    AUTHORITY,
    FREE,
    STANDS,
    back,
    contract_fields,
    findings,
    mission,
    product,
    questions,
    reviewed,
)
from reporters.forms._dfars import reached_products as reached
from reporters.forms._disclosure import Unit
from reporters.forms._fields import fields
from reporters.forms._front import front
from reporters.forms._services import named
from reporters.forms._waivers import waivers
from reporters.forms._write import MEDIA, written
from reporters.regimes import quote, regime

ID = "dfars-252.204-7017"
TITLE = "DFARS 252.204-7017, representation per offer under Section 1656: draft for a person to answer"
CITES = ("DFARS 252.204-7017 (May 2021)", "Pub. L. 115-91, sec. 1656")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

LAW, ANNUAL = regime(ID), regime("dfars-252.204-7016")
PRODUCT = tuple(item.key for item in LAW.field if item.per == "product")


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    found = reached(filing)
    yield from front(filing, STANDS, FREE)
    yield PageBreak()
    yield from _representation(filing)
    yield from _disclosures(filing, found)
    yield from findings(filing, found)
    yield from questions(filing, found)
    yield from waivers(filing, AUTHORITY)
    yield from back(filing, LAW)
    yield from closing(filing)
    yield from stray(filing, [LAW])


def _representation(filing: Filing) -> Iterator[Block]:
    yield Heading("The representation")
    yield mission(filing)
    for name in ("prohibition", "missions", "review", "skip"):
        yield quote(ID, name)
    yield _annual(filing)
    yield from reviewed(filing, LAW, "defense-sam-providing")
    yield from contracts(filing, LAW)
    yield from contract_fields(filing, LAW, ("defense-offered",))
    yield from box(filing, LAW, "d")
    yield Paragraph("What is provided is never derived from a scan: a scan sees what a site uses.")


def _annual(filing: Filing) -> Notice:
    """Whether paragraph (d) is asked at all: only of whoever said `does` in 252.204-7016(c)."""
    said = [one for one in chosen(filing, ANNUAL, "c") if one.form == ANNUAL.id]
    if len(said) != 1 or said[0].answer not in ANNUAL.box["c"].answers:
        return Notice("warning", "Nobody has said here what 252.204-7016(c) represents; paragraph (d) depends on it")
    one = said[0]
    if one.answer == "does":
        return Notice(
            "info", f'252.204-7016(c) says "does", on the word of {one.by}, {one.date}: (d) is to be completed'
        )
    return Notice("info", f'252.204-7016(c) says "does not", on the word of {one.by}, {one.date}: (d) is not required')


def _disclosures(filing: Filing, found: list[list[Unit]]) -> Iterator[Block]:
    yield Heading('Disclosures under paragraph (e), if (d) says "will"')
    yield quote(ID, "disclose")
    yield Paragraph(
        "That a product stands on a site does not say that it is offered. For each that is, the clause asks:"
    )
    for number, units in enumerate((*found, *(() if found else ([],))), 1):
        yield from product(filing, LAW, number, units, PRODUCT)
    items = [item for item in LAW.field if item.per == "service"]
    for name in named(filing, items) or ("",):
        yield Heading(f"Service: {name}" if name else "Service, if one is offered: answers name it under `service`", 3)
        yield fields(filing, LAW, "service", service=name)

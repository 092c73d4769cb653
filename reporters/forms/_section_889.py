"""Section 889's own words that its papers share: definitions, both exception texts, and the id by which findings name it."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from model.filing import Filing
from model.report import ACCUSING, Component, Finding
from reporters._document import Block, Heading, Paragraph
from reporters.regimes import quote

AUTHORITY = "section-889"  # the authority's id in fingerprints/covered/
CLAUSE, OVERHAUL = "far-52.204-25", "far-52.240-91"
TERMS = ("covered", "country", "component", "backhaul", "interconnection", "roaming")
EXCEPTED = {
    "user-data": "cannot-see-user-data",
    "third-party-connection": "third-party-connection",
}  # question -> exception


@cache
def _of_every() -> tuple[tuple[str, str], ...]:
    """(id, text) of what the data asks of every finding under Section 889."""
    for one in files("fingerprints").joinpath("covered").iterdir():
        if one.name == f"{AUTHORITY}.toml":
            held: dict[str, Any] = msgspec.toml.decode(one.read_bytes())
            return tuple((asked["id"], asked["text"]) for asked in held["open_questions"])
    return ()


def asked_of(device: Finding, thing: Finding | Component) -> tuple[tuple[str, str], ...]:
    """(id, text) of Section 889's open questions about a device, or about an accused part of one, which bears no authorities itself."""
    if thing.outcome not in ACCUSING:
        return ()
    if isinstance(thing, Component):
        return _of_every()
    return tuple((q.id, q.text) for reach in device.authorities if reach.id == AUTHORITY for q in reach.open_questions)


def answered(filing: Filing, id: str, subject: str) -> bool:
    """Whether a person's word answers the question about the device or part: an exception's word is of its own table."""
    if filing.answers.said(id, subject):
        return True
    kind = EXCEPTED.get(id)
    words = [one for one in filing.answers.exception if one.kind == kind and one.device == subject]
    return bool(words) and all(one.by.strip() and (id != "user-data" or (one.route and one.see)) for one in words)


def definitions() -> Iterator[Block]:
    """The clause's definitions, to which the provisions refer; that of a reasonable inquiry stands in the inquiry record."""
    yield Heading("Terms, as the clause defines them")
    yield from (quote(CLAUSE, name) for name in TERMS)
    yield from (quote(OVERHAUL, name) for name in ("critical", "subsidiary"))
    yield Paragraph(
        "Critical technology: six classes of export control, in the older clause too; the words above are the overhaul's. The older clause "
        "does not say what a subsidiary or an affiliate is; to FAR 2.101 it is control, or the power to control, direct or indirect, that "
        "makes affiliates."
    )
    yield Paragraph(
        "Backhaul: what links the core of a network with its edge. Interconnection: two networks that hand traffic to each other. "
        "Roaming: a mobile phone on another carrier's network. The words that count are those quoted."
    )


def connections() -> Iterator[Block]:
    """The exception for services that connect to a third party's facilities, in the provision's words and in the clause's."""
    yield Heading("The exception for services that connect to a third party's facilities", 3)
    yield quote("far-52.204-24", "connection_24")
    yield quote(CLAUSE, "connection_25")
    yield Paragraph(
        "It is about services. Whether equipment serves nothing else is for a person to say; no scan shows it."
    )


def exceptions() -> Iterator[Block]:
    """The exception for equipment that cannot see user data: its two texts, and our reading."""
    yield Heading("The exception for equipment that cannot see user data: two texts", 3)
    yield quote("far-52.204-24", "exception_24")
    yield quote(CLAUSE, "exception_25")
    yield Paragraph(
        "Our reading, which is the cautious one: equipment counts as excepted only if it can do neither, route "
        "or redirect user data traffic nor permit visibility into it. No scan proves either."
    )

"""Section 889's own words that its papers share: definitions, both exception texts, and the id by which findings name it."""

from collections.abc import Iterator

from reporters._document import Block, Heading, Paragraph
from reporters.regimes import quote

AUTHORITY = "section-889"  # the authority's id in fingerprints/covered/
CLAUSE = "far-52.204-25"
TERMS = ("covered", "component", "backhaul", "interconnection", "roaming")


def definitions() -> Iterator[Block]:
    """The clause's definitions, to which the provisions refer; that of a reasonable inquiry stands in the inquiry record."""
    yield Heading("Terms, as the clause defines them")
    yield from (quote(CLAUSE, name) for name in TERMS)
    yield Paragraph(
        "Backhaul: what links the core of a network with its edge. Interconnection: two networks that hand traffic to each other. "
        "Roaming: a mobile phone on another carrier's network. The words that count are those quoted."
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

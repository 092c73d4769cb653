"""Words of the trade and of the law, explained in the section of a form that is the first to use them."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from reporters._document import Block, Boxes, Heading, Paragraph, Quote
from reporters._terms import Terms

LAW = (Quote, Boxes)  # the clause defines its own words
LEAD = "Words used here, in plain words; the law's own definitions govern. "
MOST = 40  # lines of a table that are looked through: below, it says the same of other devices


def explained(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with a paragraph after a section's heading; before the first heading, it stands at that part's end."""
    terms = Terms()
    for head, section in _sections(blocks):
        found = terms.new(" ".join(text for block in section if not isinstance(block, LAW) for text in _texts(block)))
        words = [Paragraph(LEAD + " ".join(f"{term[:1].upper()}{term[1:]}: {meaning}." for term, meaning in found))]
        yield from (head, *words * bool(found), *section) if head else (*section, *words * bool(found))


def _sections(blocks: Iterable[Block]) -> Iterator[tuple[Heading | None, list[Block]]]:
    """A heading of the second level with what stands below it; first, what stands above any."""
    head: Heading | None = None
    held: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            yield head, held
            head, held = block, []
        else:
            held.append(block)
    yield head, held


def _texts(value: Any) -> Iterator[str]:
    """Every text of a block, of long tables the first lines."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct):
        yield from (text for name in value.__struct_fields__ for text in _texts(getattr(value, name)))
    elif isinstance(value, tuple):
        yield from (text for one in value[:MOST] for text in _texts(one))

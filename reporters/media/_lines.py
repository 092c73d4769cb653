"""A document as lines of cells, for media that are grids: nothing of any block is left out."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from reporters._document import (
    BLANK,
    Block,
    Boxes,
    Bullets,
    Document,
    Fields,
    Heading,
    Notice,
    Paragraph,
    Quote,
    Signature,
    Table,
)


class Line(NamedTuple):
    """`kind`: title, heading, paragraph, item, field, head, row, empty, quote, notice, box, signature. `name`: of a table or role."""

    kind: str
    name: str
    cells: tuple[str, ...]


def ready(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with those that draw written as the table that says the same."""
    for block in blocks:
        draws: Any = getattr(block, "table", None)
        yield draws() if draws else block


def head(document: Document) -> Iterator[Line]:
    """What stands above a paper: title, marks, whose it is."""
    yield Line("title", "Form", (document.title,))
    yield Line("title", "Cites", (document.subtitle,))
    yield Line("title", "Form id", (document.id,))
    yield Line("title", "Entity", (document.entity,))
    yield Line("title", "Prepared", (document.prepared_at,))
    yield Line("title", "By", (f"laydown {document.engine}. A draft until a person signs it.",))
    if document.marking:
        yield Line("title", "Marking", (document.marking,))
    if document.sample:
        yield Line("title", "SAMPLE", ("SAMPLE: nobody's statement",))


def lines(block: Block) -> Iterator[Line]:
    """The lines of one block."""
    if isinstance(block, Heading):
        yield Line("heading", str(block.level), (block.text,))
    elif isinstance(block, Paragraph):
        yield Line("paragraph", "", (block.text,))
    elif isinstance(block, Bullets):
        yield from (Line("item", "", (item,)) for item in block.items)
    elif isinstance(block, Fields):
        for row in block.rows:
            yield Line("field", "", (row.label, BLANK if row.value is None else row.value, row.said))
    elif isinstance(block, Table):
        yield from _table(block)
    else:
        yield from _other(block)


def _table(block: Table) -> Iterator[Line]:
    if not block.rows:
        yield Line("empty", block.caption, (block.empty,))
        return
    yield Line("head", block.caption, block.head)
    yield from (Line("row", block.caption, row) for row in block.rows)


def _other(block: Block) -> Iterator[Line]:
    if isinstance(block, Quote):
        yield Line("quote", f"{block.clause} ({block.dated})", (block.text, block.source))
    elif isinstance(block, Notice):
        yield Line("notice", block.kind, (block.title,))
        yield from (Line("item", "", (item,)) for item in block.items)
    elif isinstance(block, Boxes):
        options = ", ".join(f"{'[X]' if one.ticked else '[ ]'} {one.words}" for one in block.options)
        yield Line("box", "", (f"{block.before} {options} {block.after}", block.said))
    elif isinstance(block, Signature):
        yield Line(
            "signature",
            block.role,
            (f"Name: {block.name}", f"Title: {block.title}", f"Date: {block.date}", "Signature:"),
        )

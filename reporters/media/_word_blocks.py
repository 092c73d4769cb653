"""Each block of a document as Word's elements: real headings, lists and tables that a lawyer can edit."""

from collections.abc import Iterator
from typing import Any

from reporters._document import (
    BLANK,
    Block,
    Boxes,
    Bullets,
    Fields,
    Heading,
    Notice,
    PageBreak,
    Paragraph,
    Quote,
    Signature,
    Table,
)
from reporters.media._word import cell, element, paragraph, row, run, table

WIDTH = 9360  # twentieths of a point between the margins; A4 is a little narrower, and its right margin gives
GREY, RED = "565C65", "B50909"
FILLS = {"error": "F8E1DE", "warning": "FAF3D1", "info": "E7F6F8"}


def elements(block: Block) -> Iterator[Any]:
    """The elements of one block."""
    if isinstance(block, Heading):
        yield paragraph(f"Heading{block.level}", run(block.text))
    elif isinstance(block, Paragraph):
        yield paragraph("", run(block.text, **({"b": ""} if block.strong else {})))
    elif isinstance(block, Bullets):
        yield from (paragraph("ListBullet", run(item)) for item in block.items)
    elif isinstance(block, Fields):
        yield from _fields(block)
    elif isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, PageBreak):
        yield element("p", element("r", element("br", type="page")))
    else:
        yield from _said(block)


def _said(block: Block) -> Iterator[Any]:
    if isinstance(block, Quote):
        yield paragraph("Quote", run(f"\u201c{block.text}\u201d"))
        yield paragraph("Source", run(f"Quotation: {block.clause} ({block.dated}). {block.source}"))
    elif isinstance(block, Boxes):
        options = ", ".join(f"{'[X]' if one.ticked else '[ ]'} {one.words}" for one in block.options)
        yield paragraph("Quote", run(f"{block.before} {options} {block.after}"))
        yield paragraph("Source", run(block.said))
    elif isinstance(block, Notice):
        yield from _notice(block)
    elif isinstance(block, Signature):
        yield from _signature(block)


def _notice(block: Notice) -> Iterator[Any]:
    words = [paragraph("", run(block.title, b="")), *(paragraph("ListBullet", run(item)) for item in block.items)]
    yield table(
        "Plain", [WIDTH], [row([cell(WIDTH, *words, fill=FILLS.get(block.kind, "F0F0F0"))])], block.title, False
    )
    yield paragraph("Gap")


def _fields(block: Fields) -> Iterator[Any]:
    widths = (4600, 4760) if any(len(one.label) > 60 for one in block.rows) else (3000, 6360)
    rows = []
    for one in block.rows:
        value = run(BLANK, i="", color=GREY) if one.value is None else run(one.value)
        words = [
            paragraph("Cell", value),
            *([paragraph("Cell", run(one.said, color=GREY, sz="16"))] if one.said else []),
        ]
        label = cell(widths[0], paragraph("Cell", run(one.label, b="")))
        rows.append(row([label, cell(widths[1], *words, line=one.value is None)]))
    if rows:
        yield table("Plain", widths, rows, "Labels and values", False)
        yield paragraph("Gap")


def _table(block: Table) -> Iterator[Any]:
    if not block.rows:
        yield paragraph("", run(f"{block.caption}: ", b=""), run(f"{block.empty}."))
        return
    shares = block.widths or (1,) * len(block.head)
    widths = [WIDTH * share // sum(shares) for share in shares]
    head = [
        cell(wide, paragraph("Cell", run(one, b="")), fill="DFE1E2")
        for wide, one in zip(widths, block.head, strict=True)
    ]
    rows = [
        [cell(wide, paragraph("Cell", run(one))) for wide, one in zip(widths, cells, strict=True)]
        for cells in block.rows
    ]
    yield paragraph("Caption", run(block.caption))
    yield table("TableGrid", widths, [row(head, header=True), *map(row, rows)], block.caption, True)
    yield paragraph("Gap")


def _signature(block: Signature) -> Iterator[Any]:
    widths = (2300, 2300, 1500, 3260)
    given = (block.name, block.title, block.date, "")
    yield element("p", element("pPr", element("keepNext")), run(block.role, b=""))
    lines = [
        cell(wide, paragraph("Cell"), paragraph("Cell", run(word)), line=True)
        for wide, word in zip(widths, given, strict=True)
    ]
    words = [
        cell(wide, paragraph("Cell", run(word, color=GREY, sz="16")))
        for wide, word in zip(widths, ("Name", "Title", "Date", "Signature"), strict=True)
    ]
    yield table("Plain", widths, [row(lines), row(words)], f"{block.role}: lines to sign on", False)
    yield paragraph("Gap")

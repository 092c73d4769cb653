"""A filing as one CSV (RFC 4180): every line of the paper in order, each with its part, kind and name; safe in a spreadsheet."""

import csv as dialect
from collections.abc import Iterator
from io import StringIO

from model.filing import Filing
from reporters._cells import safe
from reporters._document import Document
from reporters.media._lines import Line, head, lines, ready

MEDIA, SUFFIX, TITLE = "text/csv", ".csv", "every line of the paper, for programs that read tables"


def write(document: Document, filing: Filing) -> bytes:
    """UTF-8 without a byte order mark, CR LF, a header row, as many cells in every row: `part`, `kind`, `name`, `cell_1`, ..."""
    found = list(_parted(document))
    wide = max(len(line.cells) for _, line in found)
    held = StringIO(newline="")
    out = dialect.writer(held, lineterminator="\r\n")
    out.writerow(["part", "kind", "name", *(f"cell_{number}" for number in range(1, wide + 1))])
    for part, line in found:
        row = (part, line.kind, line.name, *line.cells, *[""] * (wide - len(line.cells)))
        out.writerow([safe(cell) for cell in row])
    return held.getvalue().encode()


def _parted(document: Document) -> Iterator[tuple[str, Line]]:
    """Each line with the heading that it stands under."""
    part = ""
    yield from (("", line) for line in head(document))
    for line in (line for block in ready(document.blocks) for line in lines(block)):
        part = line.cells[0] if line.kind == "heading" else part
        yield part, line

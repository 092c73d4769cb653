"""CSV: UTF-8 with a first line of names. A cell that a spreadsheet would take for a formula is made text."""

import csv
import io

from collector.exports._table import Table
from reporters._cells import safe

MEDIA, SUFFIX, TITLE = "text/csv; charset=utf-8", ".csv", "comma-separated values"


def write(table: Table) -> bytes:
    """The bytes."""
    held = io.StringIO()
    out = csv.writer(held, lineterminator="\r\n")
    out.writerow(table.columns)
    out.writerows([safe(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows)
    return held.getvalue().encode("utf-8", "replace")

"""XLSX: one sheet, its first line held, texts as texts: nothing in them is a formula or a link."""

import io

from collector.exports._table import Table

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIX, TITLE = ".xlsx", "a workbook"
LONGEST = 32_767  # letters of a cell: the format's own bound
ROWS = 1_048_575


def write(table: Table) -> bytes:
    """The bytes."""
    import xlsxwriter  # type: ignore[import-untyped]

    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(held, options)
    sheet = book.add_worksheet(table.name[:31])
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for at, name in enumerate(table.columns):
        sheet.write_string(0, at, name, bold)
    for line, row in enumerate(table.rows[:ROWS], 1):
        for at, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, at, cell[:LONGEST])
            elif cell is not None:
                sheet.write(line, at, cell)
    sheet.autofilter(0, 0, max(1, len(table.rows)), max(0, len(table.columns) - 1))
    book.close()
    return held.getvalue()

"""A filing as a workbook: the paper's words on the first sheet, then a sheet for each kind of table. Nothing in it is a formula."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from model.filing import Filing
from model.times import read as read_time
from model.trouble import Missing
from reporters._document import Document, Table
from reporters._text import shown, when
from reporters.media._lines import Line, head, lines, ready
from reporters.media._short import short

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIX, TITLE = ".xlsx", "a workbook: a sheet for each kind of table"
MOST, ROWS = (
    32767,
    1_000_000,
)  # characters of a cell, as Excel holds them; rows of one sheet, a little fewer than it holds
NOTE = " [cut here: the JSON of this filing has it whole]"
BAD = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
LOOKS = {"heading": "bold", "title": "plain", "head": "head", "notice": "alert"}


def write(document: Document, filing: Filing) -> bytes:
    """The workbook's bytes. Tables with the same columns share a sheet, where the first column names the table."""
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        remedy = "`pip install 'laydown[paper]'`; the CSV has the same rows"
        raise Missing("XlsxWriter", "not installed, so no workbook can be written", remedy) from None
    held = BytesIO()
    book: Any = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _about(book, document)
    looks = _looks(book)
    groups = _groups(document)
    names = _names(groups)
    _paper(book, looks, document, {head: names[at] for at, (head, _) in reversed(list(enumerate(groups)))})
    for name, (columns, tables) in zip(names, groups, strict=True):
        _sheet(book, looks, document, name, columns, tables)
    book.close()
    return held.getvalue()


def _about(book: Any, document: Document) -> None:
    title = short(("SAMPLE: " if document.sample else "") + document.title, 240)
    book.set_properties(
        {
            "title": title,
            "subject": short(document.subtitle, 240),
            "author": f"laydown {short(document.engine, 60)}",
            "company": short(document.entity, 240),
            "keywords": short(document.marking, 240),
            "created": read_time(document.prepared_at).replace(tzinfo=None),
        }
    )


def _looks(book: Any) -> dict[str, Any]:
    wrapped = {"text_wrap": True, "valign": "top"}
    return {
        "plain": book.add_format(wrapped),
        "bold": book.add_format(wrapped | {"bold": True, "font_size": 13, "font_color": "#162E51"}),
        "label": book.add_format(wrapped | {"bold": True}),
        "alert": book.add_format(wrapped | {"bold": True, "bg_color": "#F8E1DE"}),
        "head": book.add_format(wrapped | {"bold": True, "bg_color": "#DFE1E2", "border": 1}),
        "cell": book.add_format(wrapped | {"border": 1, "border_color": "#A9AEB1"}),
    }


Rows = list[tuple[str, ...]]
Group = tuple[tuple[str, ...], list[tuple[str, Rows]]]


def _groups(document: Document) -> list[Group]:
    """Tables by their columns, in the paper's order; a group that is too long for one sheet is continued on another."""
    found: dict[tuple[str, ...], list[tuple[str, Rows]]] = {}
    for block in ready(document.blocks):
        if isinstance(block, Table) and block.rows:
            found.setdefault(block.head, []).append((block.caption, list(block.rows)))
    return [group for head, tables in found.items() for group in _split(head, tables)]


def _split(head: tuple[str, ...], tables: list[tuple[str, Rows]]) -> Iterator[Group]:
    if sum(len(rows) for _, rows in tables) <= ROWS:
        yield head, tables
        return
    for caption, rows in tables:
        yield from ((head, [(caption, rows[at : at + ROWS])]) for at in range(0, len(rows), ROWS))


def _names(groups: list[Group]) -> list[str]:
    """A sheet's name: at most 31 characters, without what Excel forbids, told apart whatever the case of its letters."""
    taken = {"filing", "history"}  # Excel keeps "History" for itself
    made = []
    for _, tables in groups:
        base = short(tables[0][0].translate(BAD), 28).translate(BAD).strip() or "Table"
        number, name = 1, base
        while name.lower() in taken:
            number += 1
            name = f"{base[: 30 - len(str(number))]} {number}"
        taken.add(name.lower())
        made.append(name)
    return made


def _paper(book: Any, looks: dict[str, Any], document: Document, sheets: dict[tuple[str, ...], str]) -> None:
    """The first sheet: every block in order; of a table its name and the sheet that holds it."""
    sheet = _page(book.add_worksheet("Filing"), document)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, 3, 40)
    for row, line in enumerate(_told(document, sheets)):
        cells = (
            (line.name, *line.cells) if line.kind in ("title", "empty", "quote", "signature", "head") else line.cells
        )
        for column, cell in enumerate(cells):
            first = looks["label"] if line.kind in ("title", "field", "empty", "head") else looks["plain"]
            look = looks[LOOKS.get(line.kind, "plain")] if line.kind in ("heading", "notice") else first
            sheet.write_string(row, column, fitted(cell), look if column == 0 else looks["plain"])


def _told(document: Document, sheets: dict[tuple[str, ...], str]) -> Iterator[Line]:
    yield from head(document)
    for block in ready(document.blocks):
        if isinstance(block, Table) and block.rows:
            yield Line("head", block.caption, (f"{len(block.rows):,} rows: sheet {sheets[block.head]}",))
        else:
            yield from lines(block)


def _sheet(
    book: Any,
    looks: dict[str, Any],
    document: Document,
    name: str,
    columns: tuple[str, ...],
    tables: list[tuple[str, Rows]],
) -> None:
    """One header row, frozen, filtered and printed on every page; then the rows of each table."""
    sheet = _page(book.add_worksheet(name), document)
    many = len(tables) > 1
    wide = ("Table", *columns) if many else columns
    rows = [(caption, *row) if many else row for caption, part in tables for row in part]
    _row(sheet, 0, wide, looks["head"])
    for at, cells in enumerate(rows, 1):
        _row(sheet, at, cells, looks["cell"])
    for column, words in enumerate(_widths(wide, rows)):
        sheet.set_column(column, column, words)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(wide) - 1)
    sheet.repeat_rows(0)


def _row(sheet: Any, at: int, cells: Iterable[str], look: Any) -> None:
    for column, cell in enumerate(cells):
        sheet.write_string(at, column, fitted(cell), look)


def _widths(head: tuple[str, ...], rows: Rows) -> list[int]:
    longest = [max((len(row[at]) for row in rows[:500]), default=0) for at in range(len(head))]
    return [min(60, max(10, len(name) + 3, long + 1)) for name, long in zip(head, longest, strict=True)]


def _page(sheet: Any, document: Document) -> Any:
    """Paper, header and footer. `&` begins a code there, and Excel holds 255 characters of them."""
    sheet.set_paper(9 if document.paper == "a4" else 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    marks = _coded(document.marking, 60) + (" SAMPLE: nobody's statement" if document.sample else "")
    sheet.set_header(f"&L{_coded(document.id, 40)}&C{marks}&R{_coded(document.entity, 50)}")
    prepared = f"Prepared {when(document.prepared_at)}. A draft until signed."
    sheet.set_footer(f"&L{_coded(prepared, 70)}&C{_coded(document.marking, 60)}&RPage &P of &N")
    return sheet


def _coded(text: str, most: int) -> str:
    return short(text, most).replace("&", "&&") if text.count("&") <= 5 else short(text.replace("&", "+"), most)


def fitted(text: str) -> str:
    """What a cell can hold: hidden characters written out, line ends kept, cut with a note where Excel would refuse it."""
    held = "\n".join(shown(line) for line in text.split("\n"))
    return held if len(held) <= MOST else held[: MOST - len(NOTE)] + NOTE

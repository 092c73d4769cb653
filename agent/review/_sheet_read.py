"""A returned workbook read as rows of text: whatever is not as it was written, but for the answers, is refused by its place."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from importlib import import_module
from io import BytesIO
from typing import Any

import msgspec

from agent.review import _sheet_layout as layout
from agent.review._sheet_layout import Tab, about, cell, seen, tabs
from model.asked import Ask
from model.filing import Filing
from model.trouble import Missing, Trouble
from reporters._catalogue import languages, told
from reporters._review_fields import label, mark, offered

UNPACKED = 128 * 1024 * 1024  # bytes; a stranger's workbook may claim more
AGAIN = "write the sheet again, and copy the answers over"


class Row(msgspec.Struct, frozen=True):
    """An answered row: the question, what stands in its fields, and where that is, for whoever must mend it."""

    ask: Ask
    given: dict[str, str]
    place: str
    lang: str = "en"


class _Bad(Exception):
    """One cell's fault: what, and its remedy."""


def rows(data: bytes, asks: Sequence[Ask], filing: Filing, where: str, faults: list[Trouble]) -> list[Row]:
    """Rows in which a person changed something. Faults of single places are added to `faults`; a wrong file is Trouble."""
    book = _opened(data, where)
    lang = _ours(book, filing, where)
    held = tabs(asks, lang)
    for name in book.sheetnames:
        if name not in (told(layout.START, lang), layout.LISTS, *(tab.title for tab in held)):
            faults.append(Trouble(f"{where}, sheet {name!r}", "not one of the sheets that were written", "remove it"))
    found: list[Row] = []
    for tab in held:
        if tab.title not in book.sheetnames:
            faults.append(Trouble(where, f"sheet {tab.title!r} is gone", AGAIN))
        else:
            found += _tab(book[tab.title], tab, f"{where}, sheet {tab.title!r}", faults)
    return found


def _opened(data: bytes, where: str) -> Any:
    try:
        load_workbook = import_module("openpyxl").load_workbook
    except ImportError:
        raise Missing("openpyxl", "not installed, it reads the sheet", "pip install 'laydown[paper]'") from None
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            size = sum(one.file_size for one in archive.infolist())
        if size > UNPACKED:
            raise Trouble(where, f"unpacks to {size:,} bytes", f"no sheet of review is larger than {UNPACKED:,}")
        return load_workbook(BytesIO(data), keep_links=False)
    except Trouble:
        raise
    except Exception as fault:  # noqa: BLE001 - a stranger's bytes: the library raises whatever comes
        what = f"cannot be read as an XLSX workbook ({type(fault).__name__})"
        raise Trouble(where, what, "save it as Excel workbook (.xlsx)") from None


def _ours(book: Any, filing: Filing, where: str) -> str:
    """The language of a workbook that is one of ours, about these reports."""
    start = next((one for one in book.worksheets if _at(one, layout.VERSION_CELL) == layout.VERSION), None)
    lang = (_at(start, layout.LANG_CELL) or "en") if start is not None else ""
    if start is None or lang not in languages():
        raise Trouble(
            where, f"no sheet of review ({layout.VERSION} is not on its first sheet)", "write one with laydown review"
        )
    given = set(_at(start, layout.REPORTS_CELL).split())
    these = {one.digest for one in filing.reports}
    if given != these:
        what = f"is about another report ({', '.join(sorted(given)) or 'none'}), not {', '.join(sorted(these))}"
        raise Trouble(where, what, "give it with the report it was written for, or write the sheet again")
    return lang


def _at(sheet: Any, place: tuple[int, int]) -> str:
    return str(sheet.cell(place[0] + 1, place[1] + 1).value or "")


def _tab(sheet: Any, tab: Tab, where: str, faults: list[Trouble]) -> Iterator[Row]:
    merged = [str(one) for one in sheet.merged_cells.ranges]
    if merged:
        faults.append(Trouble(f"{where}, cells {merged[0]}", "merged", "split them again"))
        return
    if sheet.max_row > layout.ROWS:
        faults.append(Trouble(where, f"claims {sheet.max_row:,} rows", AGAIN))
        return
    columns = tab.columns()
    ids = tuple(str(one.value or "") for one in sheet[layout.IDS_ROW + 1])
    strange = [f"column {at + 1} ({one or 'blank'})" for at, one in enumerate(ids) if one not in columns]
    if ids[: len(columns)] != columns:
        what = f"its columns are not those that were written ({', '.join(strange) or 'one is gone or moved'})"
        faults.append(Trouble(f"{where}, row {layout.IDS_ROW + 1}", what, AGAIN))
        return
    yield from _questions(sheet, tab, where, faults)


def _questions(sheet: Any, tab: Tab, where: str, faults: list[Trouble]) -> Iterator[Row]:
    known = {cell(one.key): one for one in tab.asks}
    at_key = tab.columns().index("key")
    left = dict(known)
    for number, line in enumerate(sheet.iter_rows(min_row=layout.FIRST_ROW + 1), layout.FIRST_ROW + 1):
        if all(one.value is None for one in line):
            continue
        place = f"{where}, row {number}"
        key = _loose(line[at_key].value) if len(line) > at_key else ""
        if key not in known:
            what = f"unknown key {key[:60]!r}: no question of this review" if key else "a row without a key was added"
            faults.append(Trouble(place, what, "remove the row, or write the sheet again"))
        elif left.pop(key, None) is None:
            faults.append(Trouble(place, f"the question {key[:60]!r} stands twice", "keep one of the rows"))
        else:
            row = _row(line, tab, known[key], place, faults)
            if row is not None:
                yield row
    for key in left:
        faults.append(Trouble(where, f"the row of {key[:60]!r} is gone", AGAIN))


def _row(line: Sequence[Any], tab: Tab, ask: Ask, place: str, faults: list[Trouble]) -> Row | None:
    """The row's answers; None where nobody changed them, or where one cannot be read."""
    columns = tab.columns()
    cells = dict(zip(columns, line, strict=False))
    found = [
        Trouble(f"{place}, column {len(columns) + 1 + at}", "a cell beyond the last column", "clear it")
        for at, one in enumerate(line[len(columns) :])
        if one.value is not None
    ]
    found += _changed(cells, ask, place, tab.lang)
    given: dict[str, str] = {}
    for field in (one for one in tab.fields if one in ask.blanks):
        try:
            text = _text(cells[f"field:{field}"], field)
            given[field] = offered(ask.options.get(field, ()), tab.lang).get(text, text)
        except _Bad as bad:
            found.append(Trouble(f"{place}, column {told(label(field), tab.lang)!r}", *bad.args))
    faults += found
    before = _loose(cells["seen"].value)
    if found or mark(ask.blanks, given) == before:
        return None
    if seen(ask) not in (before, mark(ask.blanks, given)):
        faults.append(Trouble(place, "another answer was kept after this sheet was written", AGAIN))
        return None
    return Row(ask, {name: value for name, value in given.items() if value}, place, tab.lang)


def _changed(cells: dict[str, Any], ask: Ask, place: str, lang: str) -> list[Trouble]:
    """Cells that say what is asked: an answer to other words than these is no answer."""
    names = dict((*layout.ABOUT, layout.CHOICES))
    return [
        Trouble(f"{place}, column {told(names[column], lang)!r}", "the question was changed", AGAIN)
        for column, text in about(ask, lang).items()
        if _loose(cells[column].value) != text
    ]


def _loose(value: Any) -> str:
    """A cell of ours as text, whatever it became."""
    return cell(import_module("openpyxl.utils.escape").unescape(str(value))) if value is not None else ""


def _text(one: Any, field: str) -> str:
    """What a person put into a cell, as text; days that the spreadsheet made dates are days again."""
    value = one.value
    if one.data_type == "f":
        raise _Bad(f"holds a formula ({str(value)[:40]!r})", "type what it means, as text")
    if one.data_type == "e":
        raise _Bad(f"holds a spreadsheet's error ({value})", "type what is meant")
    if isinstance(value, bool):
        raise _Bad(f"holds the truth value {value}", "type yes or no, as text")
    if isinstance(value, datetime):
        if field == "moment" or (value.hour, value.minute, value.second) != (0, 0, 0):
            raise _Bad(f"holds a time without a zone ({value})", "type it as text: 2026-11-23T14:30:00-05:00")
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _loose(value)

"""The workbook of review: only what a person fills is unlocked, all cells are text, and no cell is a formula."""

from collections.abc import Sequence
from importlib import import_module
from io import BytesIO
from typing import Any

from agent.review import _sheet_layout as layout
from agent.review._sheet_layout import Tab, about, cell, seen, tabs
from model.asked import Ask
from model.filing import Filing
from model.times import read as read_time
from model.trouble import Missing
from reporters._catalogue import filled, told
from reporters._review_fields import hint, label, needed, offered
from reporters._terms import Terms

WIDTHS = {"group": 20, "text": 48, "about": 30, "why": 44, "cite": 18, "choices": 24, "key": 14, "seen": 14}
INLINE = 250  # signs of a list that a validation can hold itself; Excel allows 255
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
BASE: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "valign": "top", "text_wrap": True, "num_format": "@"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "text_wrap": False},
    "plain": {},
    "head": {"bold": True, "bg_color": "#162E51", "font_color": "#FFFFFF", "border": 1, "border_color": "#A9AEB1"},
    "said": {"bg_color": "#F0F0F0", "border": 1, "border_color": "#A9AEB1"},
    "open": {"locked": False, "border": 1, "border_color": "#A9AEB1", "bg_color": "#FFFFFF"},
    "none": {"bg_color": "#DFE1E2", "border": 1, "border_color": "#A9AEB1", "font_color": "#565C65"},
}
LINES = (
    "White cells are for you; grey cells say what is asked and must stay as they are.",
    "Answer what you can: a row whose white cells stay blank stays unanswered. Who says it belongs to every answered row.",
    "Days are written as year, month, day: 2026-11-23. A cell that offers a list takes nothing else.",
    "Rows may be sorted and filtered, but not added, removed or merged. No cell may hold a formula.",
    "Give the file back to `laydown review`. It is taken as a whole or not at all; what is refused is named by sheet, row and column.",
)


def workbook(asks: Sequence[Ask], filing: Filing, lang: str) -> bytes:
    """XLSX, the same bytes for the same questions; Missing where XlsxWriter is not installed."""
    try:
        book_of = import_module("xlsxwriter").Workbook
    except ImportError:
        raise Missing("XlsxWriter", "not installed, it writes the sheet", "pip install 'laydown[paper]'") from None
    held = BytesIO()
    book: Any = book_of(held, {"in_memory": True, **SAFE})
    # The day of preparation, not of writing: the same questions give the same bytes.
    title = _title(filing, lang)[:200]
    book.set_properties({"title": title, "created": read_time(filing.prepared_at)})
    looks = {name: book.add_format(BASE | look) for name, look in LOOKS.items()}
    _start(book.add_worksheet(told(layout.START, lang)), filing, asks, looks, lang)
    found = tabs(asks, lang)
    sheets = [book.add_worksheet(tab.title) for tab in found]
    lists = _Lists(book.add_worksheet(layout.LISTS), looks["plain"])
    for tab, sheet in zip(found, sheets, strict=True):
        _tab(sheet, tab, looks, lists)
    book.close()
    return held.getvalue()


def _title(filing: Filing, lang: str) -> str:
    return cell(filled(told("Review: {entity}", lang), entity=filing.entity.name))


def _start(sheet: Any, filing: Filing, asks: Sequence[Ask], looks: dict[str, Any], lang: str) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 96)
    sheet.write_string(0, 0, _title(filing, lang), looks["title"])
    digests = "\n".join(one.digest for one in filing.reports)
    values = (digests, layout.VERSION, filing.prepared_at, str(len(asks)), lang)
    for row, (name, value) in enumerate(zip(layout.HEADS, values, strict=True), layout.REPORTS_CELL[0]):
        column = layout.REPORTS_CELL[1]
        sheet.write_string(row, column - 1, told(name, lang), looks["plain"])
        sheet.write_string(row, column, value, looks["plain"])
    for number, line in enumerate(LINES):
        sheet.write_string(7 + number, 1, told(line, lang), looks["plain"])
    words = " ".join(told(text, lang) for text in dict.fromkeys(text for one in asks for text in (one.group, one.text)))
    for number, (term, meaning) in enumerate(Terms(lang).new(words), 8 + len(LINES)):
        sheet.write_string(number, 0, term, looks["plain"])
        sheet.write_string(number, 1, meaning, looks["plain"])
    sheet.protect()


class _Lists:
    """Lists too long for a validation stand in a hidden sheet, each once."""

    def __init__(self, sheet: Any, look: Any) -> None:
        self._sheet, self._look = sheet, look
        self._known: dict[tuple[str, ...], str] = {}
        sheet.hide()
        sheet.protect()

    def source(self, options: tuple[str, ...]) -> list[str] | str:
        """What a validation of type `list` takes as its source."""
        if len(",".join(options)) <= INLINE and not any("," in one or one.startswith("=") for one in options):
            return list(options)
        if options not in self._known:
            column = len(self._known)
            for row, one in enumerate(options):
                self._sheet.write_string(row, column, cell(one), self._look)
            range_abs = import_module("xlsxwriter.utility").xl_range_abs
            self._known[options] = f"={layout.LISTS}!{range_abs(0, column, len(options) - 1, column)}"
        return self._known[options]


def _tab(sheet: Any, tab: Tab, looks: dict[str, Any], lists: _Lists) -> None:
    columns = tab.columns()
    sheet.write_string(0, 0, tab.title, looks["title"])
    names = dict((*layout.ABOUT, layout.CHOICES, *layout.KEYS))
    for at, column in enumerate(columns):
        field = column.removeprefix("field:")
        is_field = column.startswith("field:")
        sheet.set_column(at, at, 26 if is_field else WIDTHS[column], None, {"hidden": column == "seen"})
        head = told(label(field) if is_field else names[column], tab.lang)
        sheet.write_string(layout.IDS_ROW - 1, at, head, looks["head"])
        sheet.write_string(layout.IDS_ROW, at, column, looks["plain"])
    sheet.set_row(layout.IDS_ROW, None, None, {"hidden": True})
    for number, ask in enumerate(tab.asks):
        _row(sheet, layout.FIRST_ROW + number, ask, tab, looks)
    for at, field in enumerate(tab.fields, len(layout.ABOUT) + 1):
        _offer(sheet, at, field, tab, lists)
    sheet.freeze_panes(layout.FIRST_ROW, 2)
    sheet.autofilter(layout.IDS_ROW, 0, layout.FIRST_ROW + len(tab.asks) - 1, len(columns) - 1)
    allowed = ("format_columns", "format_rows", "sort", "autofilter")
    sheet.protect("", dict.fromkeys(allowed, True))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(layout.IDS_ROW - 1)


def _row(sheet: Any, row: int, ask: Ask, tab: Tab, looks: dict[str, Any]) -> None:
    said = about(ask, tab.lang) | {"key": cell(ask.key), "seen": seen(ask)}
    for at, column in enumerate(tab.columns()):
        field = column.removeprefix("field:")
        if not column.startswith("field:"):
            sheet.write_string(row, at, said[column], looks["said"])
        elif field not in ask.blanks:
            sheet.write_string(row, at, told("not asked here", tab.lang), looks["none"])
        elif ask.said.get(field):
            said_so = told(ask.said[field], tab.lang) if field in ask.options else ask.said[field]
            sheet.write_string(row, at, cell(said_so), looks["open"])
        else:
            sheet.write_blank(row, at, None, looks["open"])


def _offer(sheet: Any, at: int, field: str, tab: Tab, lists: _Lists) -> None:
    """Validation and hint of one column: one for each run of rows that offer the same."""
    first, asks, lang = 0, tab.asks, tab.lang
    for number in range(1, len(asks) + 1):
        if number < len(asks) and _offered(asks[number], field) == _offered(asks[first], field):
            continue
        options, is_open, must = _offered(asks[first], field)
        if is_open:
            words = {"input_title": told(label(field), lang)[:32], "input_message": _hint(field, must, lang)}
            source = lists.source(tuple(offered(options, lang)))
            rule = {"validate": "list", "source": source} if options else {"validate": "any"}
            rows = layout.FIRST_ROW + first, at, layout.FIRST_ROW + number - 1, at
            sheet.data_validation(*rows, rule | words | _wrong(lang))
        first = number


def _wrong(lang: str) -> dict[str, str]:
    line = told("Choose one of the list, or leave it blank.", lang)
    return {"error_title": told("Not in the list", lang)[:32], "error_message": line}


def _offered(ask: Ask, field: str) -> tuple[tuple[str, ...], bool, bool]:
    return ask.options.get(field, ()), field in ask.blanks, needed(ask, field)


def _hint(field: str, must: bool, lang: str) -> str:
    last = told("needed in an answered row" if must else "may stay blank", lang)
    return "; ".join(filter(None, (told(hint(field), lang), last)))[:250]

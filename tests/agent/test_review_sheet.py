"""Review as a spreadsheet: what was filled comes back as the same words; whatever else was changed is refused by its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from agent.review import _sheet_layout as layout
from agent.review import sheet
from model.answering import entered, table_of, word
from model.answers import Answers
from model.asked import Ask
from model.filing import Filing
from model.trouble import Trouble
from reporters.asking import asked
from tests.reporters import sample

load_workbook: Any = import_module("openpyxl").load_workbook
TAB = "Questions"
GIVEN = {"text": "=It watches the quay", "by": "A. Officer", "date": "2026-11-01"}


@cache
def filing() -> Filing:
    return sample.filing()


@cache
def asks() -> tuple[Ask, ...]:
    return tuple(asked(filing()))


@cache
def blank() -> bytes:
    return sheet.written(asks(), filing())


class Filled:
    """A copy of the blank workbook, open to be filled."""

    def __init__(self) -> None:
        self.book = load_workbook(BytesIO(blank()))
        self.tab = self.book[TAB]
        self.columns = {one.value: one.column for one in self.tab[layout.IDS_ROW + 1]}
        self.row = layout.FIRST_ROW + 1

    def put(self, column: str, value: Any, row: int = 0) -> None:
        one = self.tab.cell(row or self.row, self.columns[column])
        one.value = value
        if isinstance(value, str) and column.startswith("field:"):
            one.data_type = (
                "s"  # a text cell, as Excel makes of what is typed into one: openpyxl would make it a formula
            )

    def fill(self, given: dict[str, Any] | None = None) -> None:
        for name, value in (GIVEN if given is None else given).items():
            self.put(f"field:{name}", value)

    def data(self) -> bytes:
        held = BytesIO()
        self.book.save(held)
        return held.getvalue()

    def read(self) -> list[Any]:
        return sheet.read(self.data(), asks(), filing(), "q.xlsx")


def first() -> Ask:
    return next(one for one in asks() if one.noun == "answer")


def test_the_same_questions_give_the_same_bytes_without_a_formula() -> None:
    assert sheet.written(asks(), filing()) == blank()
    with ZipFile(BytesIO(blank())) as held:
        parts = {name: held.read(name).decode() for name in held.namelist() if name.endswith(".xml")}
    assert not any("<f>" in text for text in parts.values()) and "hyperlink" not in "".join(parts)
    assert "2026-11-23T12:00:00Z" in parts["docProps/core.xml"]


def test_only_answers_are_unlocked_and_stand_as_text() -> None:
    tab = Filled().tab
    ids = [one.value for one in tab[layout.IDS_ROW + 1]]
    assert tab.protection.sheet
    for name, one in zip(ids, tab[layout.FIRST_ROW + 1], strict=True):
        is_open = name.startswith("field:") and name.removeprefix("field:") in first().blanks
        assert one.protection.locked is not is_open and (one.number_format == "@" or not is_open)


def test_a_blank_sheet_says_nothing() -> None:
    assert sheet.read(blank(), asks(), filing()) == []


def test_an_answer_comes_back_as_the_terminal_would_make_it() -> None:
    filled = Filled()
    filled.fill()
    assert filled.read() == [word(first(), GIVEN)]


@pytest.mark.parametrize("day", [date(2026, 11, 1), datetime(2026, 11, 1)])
def test_a_day_that_became_a_date_is_a_day_again(day: date) -> None:
    filled = Filled()
    filled.fill(GIVEN | {"date": day})
    assert filled.read() == [word(first(), GIVEN)]


def test_a_kept_answer_left_alone_is_not_said_again_and_a_later_one_is_not_overwritten() -> None:
    said = word(first(), GIVEN)
    answers = entered(Answers(reports=filing().answers.reports), table_of(said), said)
    later = sample.filing(answers)
    now = asked(later)
    assert sheet.read(sheet.written(now, later), now, later) == []
    filled = Filled()
    filled.fill(GIVEN | {"text": "another"})
    with pytest.raises(Trouble, match="another answer was kept after this sheet"):
        sheet.read(filled.data(), now, later)


def merge(one: Filled) -> None:
    one.tab.merge_cells("A6:A7")


def drop(one: Filled) -> None:
    one.tab.delete_rows(one.row)


def column(one: Filled) -> None:
    one.tab.cell(one.row, len(one.columns) + 1).value = "note"


def twice(one: Filled) -> None:
    one.put("key", one.tab.cell(one.row + 1, one.columns["key"]).value)


def stray(one: Filled) -> None:
    one.book.create_sheet("Notes")


def formula(one: Filled) -> None:
    one.fill()
    one.tab.cell(one.row, one.columns["field:text"]).value = '=HYPERLINK("http://evil.example")'
    one.tab.cell(one.row, one.columns["field:text"]).data_type = "f"


def moved(one: Filled) -> None:
    one.tab.insert_cols(2)


def other(one: Filled) -> None:
    one.book[layout.START].cell(2, 2).value = "sha256:" + "0" * 64


SPOILED: dict[str, tuple[Callable[[Filled], None], str]] = {
    "merged": (merge, "cells A6:A7: merged"),
    "row gone": (drop, "is gone"),
    "cell added": (column, "beyond the last column"),
    "row twice": (twice, "stands twice"),
    "sheet added": (stray, "sheet 'Notes'"),
    "formula": (formula, "row 5, column 'Answer': holds a formula"),
    "column added": (moved, "its columns are not those"),
    "other report": (other, "is about another report"),
    "question changed": (
        lambda one: one.put("text", "Is it nice?"),
        "row 5, column 'Question': the question was changed",
    ),
    "unknown key": (lambda one: one.put("key", "nobody:asks"), "unknown key 'nobody:asks'"),
    "row added": (lambda one: one.put("text", "x", one.tab.max_row + 1), "a row without a key was added"),
    "no name": (
        lambda one: one.fill(GIVEN | {"by": None}),
        "row 5, column 'Name of the person who says this': is blank",
    ),
    "no such day": (lambda one: one.fill(GIVEN | {"date": "2026-02-30"}), "column 'Day on which it is said'"),
    "not yet": (lambda one: one.fill(GIVEN | {"date": "2027-01-01"}), "is not yet"),
    "a time": (lambda one: one.fill(GIVEN | {"date": datetime(2026, 11, 1, 9, 30)}), "a time without a zone"),
    "truth value": (lambda one: one.fill(GIVEN | {"text": True}), "holds the truth value"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_whatever_else_was_changed_is_refused_by_its_place(name: str) -> None:
    spoil, said = SPOILED[name]
    filled = Filled()
    spoil(filled)
    with pytest.raises(Trouble) as found:
        filled.read()
    assert said in str(found.value) and str(found.value).startswith("q.xlsx")
    assert "\n" not in str(found.value)


def test_one_bad_row_takes_none_over_and_all_are_named() -> None:
    filled = Filled()
    filled.fill()
    filled.row += 1
    filled.fill(GIVEN | {"by": None})
    filled.row += 1
    filled.fill(GIVEN | {"date": "soon"})
    with pytest.raises(Trouble, match=r"row 6.*nothing was taken over; also .*row 7"):
        filled.read()


def test_what_is_no_workbook_is_one_line() -> None:
    bomb = BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as held:
        held.writestr("xl/workbook.xml", b" " * 130 * 1024 * 1024)
    for data in (b"", b"no zip", blank()[:2000], bomb.getvalue()):
        with pytest.raises(Trouble, match=r"cannot be read|unpacks to"):
            sheet.read(data, asks(), filing())

"""Review as a spreadsheet: `written` gives the workbook, `read` takes it back, as a whole or not at all."""

from collections.abc import Sequence
from typing import Any

from agent.review._sheet_read import rows
from agent.review._sheet_write import workbook
from model.answering import word
from model.asked import Ask
from model.filing import Filing
from model.times import read as read_time
from model.trouble import Trouble
from reporters._catalogue import told
from reporters._review_fields import label, needed

SAID = 5  # faults told one by one; more are counted


def written(asks: Sequence[Ask], filing: Filing, lang: str = "en") -> bytes:
    """The questions as XLSX in `lang`, with the answers given so far. The same questions give the same bytes."""
    return workbook(asks, filing, lang)


def read(data: bytes, asks: Sequence[Ask], filing: Filing, where: str = "the sheet") -> list[Any]:
    """The words that a person filled in or changed, as nouns of model/answers.py, in the order of the rows.

    `asks`: the questions as they are now, of the same reports. Trouble names sheet, row, column and remedy of what is wrong.
    """
    faults: list[Trouble] = []
    found = []
    today = read_time(filing.prepared_at).date()
    for row in rows(data, asks, filing, where, faults):
        blank = [
            told(label(name), row.lang) for name in row.ask.blanks if needed(row.ask, name) and not row.given.get(name)
        ]
        if not row.given:
            remedy = "put it back; an answer is taken back in answers.toml itself"
            faults.append(Trouble(row.place, "a kept answer was cleared", remedy))
            continue
        if blank:
            faults.append(Trouble(f"{row.place}, column {blank[0]!r}", "is blank", "fill it, or clear the whole row"))
            continue
        try:
            found.append(word(row.ask, row.given, today))
        except Trouble as fault:
            name = fault.where.rpartition(", ")[2]
            place = f"{row.place}, column {told(label(name), row.lang)!r}" if name in row.ask.blanks else row.place
            faults.append(Trouble(place, fault.what, fault.remedy))
    if faults:
        raise _all(faults)
    return found


def _all(faults: Sequence[Trouble]) -> Trouble:
    """One Trouble for all, in one line: nothing was taken over, and it says where to look."""
    first, *more = faults
    if not more:
        return Trouble(first.where, first.what, f"{first.remedy}; nothing was taken over")
    others = "; ".join(f"{one.where}: {one.what}" for one in more[: SAID - 1])
    rest = f"; and {len(more) - SAID + 1} more" if len(more) >= SAID else ""
    return Trouble(first.where, first.what, f"{first.remedy}; nothing was taken over; also {others}{rest}")

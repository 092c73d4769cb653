"""Reviews of a list by persons: who looked, when, what was searched and seen, the saved result by digest, and whether it is too old."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from model.answers import Look
from model.filing import Filing
from model.regime import Item
from reporters._document import Block, Notice, Table
from reporters.regimes._propose import day


def looks(filing: Filing, item: Item, months: int = 0) -> Iterator[Block]:
    """Every review of the list `item.key`, the latest first; with `months`: a notice where the latest is older, or there is none."""
    found = sorted((one for one in filing.answers.look if one.what == item.key), key=lambda one: one.date, reverse=True)
    rows = tuple((one.by, one.date, one.words, one.saved or "not saved", _lacks(filing, one)) for one in found)
    head = ("Who", "Day", "What was searched, and what it showed", "Saved result", "Counts")
    none = f'nobody has said that it was done. In the answers file: [[look]] with what = "{item.key}"'
    yield Table(f"{item.cite} {item.label}", head, rows, (3, 3, 6, 5, 4), none)
    if months:
        yield _age(filing, [one for one in found if _lacks(filing, one) == "yes"], months)


def _lacks(filing: Filing, one: Look) -> str:
    at = day(one.date)
    left = [name for name, there in (("name", one.by.strip()), ("words", one.words.strip()), ("day", at)) if not there]
    if at and at > _today(filing):
        return "no: its day is after that of this paper"
    return f"no: it lacks {' and '.join(left)}" if left else "yes"


def _age(filing: Filing, found: list[Look], months: int) -> Notice:
    """Whether the latest review that counts is within `months` of this paper's day."""
    dates = [at for one in found if (at := day(one.date))]
    if not dates:
        return Notice("error", f"No review on record: the clause asks for one at least every {months} months")
    due = later(max(dates), months)
    if due < _today(filing):
        return Notice(
            "error", f"The latest review, of {max(dates)}, is older than {months} months: one was due by {due}"
        )
    return Notice(
        "info", f"The latest review is of {max(dates)}; the next is due by {due}, or as the contracting officer says"
    )


def later(at: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month."""
    year, month = divmod(at.month - 1 + months, 12)
    last = monthrange(at.year + year, month + 1)[1]
    return date(at.year + year, month + 1, min(at.day, last))


def _today(filing: Filing) -> date:
    return date.fromisoformat(filing.prepared_at[:10])

"""A list on its way out: its columns and rows, and, for what needs more than rows, the filing of a site."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from model.filing import Filing

Cell = str | int | bool | None


class Table(msgspec.Struct, frozen=True):
    """`name`: of the list; `rows`: in the order of `columns`; `filing`: of the site that was asked for, Refused where there is none."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    filing: Callable[[], Filing]


def table(
    name: str, items: Sequence[msgspec.Struct], shape: type[msgspec.Struct], filing: Callable[[], Filing]
) -> Table:
    """The table of some nouns: lists in one cell with ; between, deeper things as JSON."""
    columns = [one.name for one in msgspec.structs.fields(shape)]
    return Table(name, columns, [[_cell(getattr(item, column)) for column in columns] for item in items], filing)


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return "; ".join(value)
    return msgspec.json.encode(value).decode()

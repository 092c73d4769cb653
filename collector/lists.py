"""Lists as views give them: a page of rows, sorted by a column that the caller names, with how many there are."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar.params import Parameter
from sqlalchemy import ColumnElement, Row, Select, Table, and_, func, select

from collector.desk import Desk
from collector.refused import Refused

MOST = 1000
Item = TypeVar("Item")
Shape = TypeVar("Shape", bound=msgspec.Struct)
Limit = Annotated[int, Parameter(ge=1, le=MOST, description="how many rows")]
Offset = Annotated[int, Parameter(ge=0, le=100_000_000, description="rows before the first")]
Sort = Annotated[str, Parameter(max_length=60, description="a column; with - before it, from the largest on")]
Word = Annotated[str, Parameter(max_length=200)]


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """Some rows of a list. `total`: of the whole list, under the same filters."""

    items: list[Item]
    total: int
    offset: int
    limit: int


class Slice(msgspec.Struct, frozen=True):
    """Which part of a list, in which order."""

    limit: int = 100
    offset: int = 0
    sort: str = ""


def page(
    desk: Desk,
    query: Select[Any],
    part: Slice,
    sorts: Mapping[str, ColumnElement[Any]],
    tie: Sequence[ColumnElement[Any]],
) -> tuple[list[Row[Any]], int]:
    """(rows, total). `sorts`: what may be sorted by, the first unless said; `tie`: keeps the order the same from page to page."""
    total = desk.tx.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    order = sorting(part.sort or next(iter(sorts)), sorts)
    rows = desk.tx.execute(query.order_by(order, *tie).limit(part.limit).offset(part.offset)).all()
    return list(rows), int(total)


def keyed_page(
    desk: Desk,
    table: Table,
    wanted: Sequence[ColumnElement[bool]],
    part: Slice,
    sorts: Mapping[str, ColumnElement[Any]],
    home: tuple[Table, ColumnElement[bool], ColumnElement[Any]],
) -> tuple[list[Row[Any]], int]:
    """(rows, total) of a table too long to be sorted with all its columns: first the keys of the page, then their rows.

    `home`: the table that each row belongs to, how they join, and the column of it that comes along.
    """
    other, joined, column = home
    keys = list(table.primary_key)
    order = sorting(part.sort or next(iter(sorts)), sorts)
    inner = select(*keys).where(*wanted)
    if sorts[part.sort.removeprefix("-")].table is other:
        inner = inner.join(other, joined)
    # The keys follow the column's direction, so that an index can be walked one way, to its end if need be.
    ties = [key.desc() if part.sort.startswith("-") else key.asc() for key in keys]
    some = inner.order_by(order, *ties).limit(part.limit).offset(part.offset).subquery()
    total = desk.tx.execute(select(func.count()).select_from(table).where(*wanted)).scalar_one()
    same = and_(*(some.c[key.name] == key for key in keys))
    query: Select[Any] = select(*table.c, column)
    rows = desk.tx.execute(query.join(some, same).join(other, joined).order_by(order, *ties)).all()
    return list(rows), int(total)


def sorting(name: str, sorts: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """The order of that name; Refused naming the ones there are."""
    column = sorts.get(name.removeprefix("-"))
    if column is None:
        raise Refused(
            400, "sort", f"{name[:60]!r} is no column to sort by", f"choose one of: {', '.join(sorts)}", final=True
        )
    return column.desc() if name.startswith("-") else column.asc()


def shaped(row: Row[Any], shape: type[Shape], **more: Any) -> Shape:
    """The row as a noun: fields by their names; texts that hold JSON are read where the noun wants no text."""
    held = {**row._mapping, **more}
    values = {}
    for one in msgspec.structs.fields(shape):
        if one.name in held:
            value = held[one.name]
            if isinstance(value, str) and one.type is not str and value[:1] in ("[", "{"):
                value = msgspec.json.decode(value)
            values[one.encode_name] = "" if value is None and one.type is str else value
    return msgspec.convert(values, shape, strict=False)

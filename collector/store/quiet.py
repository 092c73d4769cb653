"""Inserts that pass over what is there, or take its place: said alike to SQLite and PostgreSQL."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[dict[str, Any]]


def put_new(tx: Connection, table: Table, rows: Rows) -> int:
    """Insert those that are not there. With one row: how many were new; with several the number says nothing."""
    if not rows:
        return 0
    return tx.execute(_new(tx.dialect.name, table), list(rows)).rowcount


def put_over(tx: Connection, table: Table, rows: Rows) -> None:
    """Insert, or replace what stands under the same primary key."""
    if not rows:
        return
    fields = tuple(one for one in rows[0] if one not in table.primary_key.columns)
    tx.execute(_over(tx.dialect.name, table, fields), list(rows))


# Many sets of values for one statement, which is made ready once: a statement with all values in it is not.
@cache
def _new(dialect: str, table: Table) -> Any:
    made: Any = postgresql if dialect == "postgresql" else sqlite
    return made.insert(table).on_conflict_do_nothing()


@cache
def _over(dialect: str, table: Table, fields: tuple[str, ...]) -> Any:
    made: Any = postgresql if dialect == "postgresql" else sqlite
    said = made.insert(table)
    excluded = {name: said.excluded[name] for name in fields}
    return said.on_conflict_do_update(index_elements=list(table.primary_key), set_=excluded)

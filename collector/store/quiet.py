"""Inserts that pass over what is there: said alike to SQLite and PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[dict[str, Any]]
MOST = 300  # rows of one statement: SQLite takes 32,766 values


def put_new(tx: Connection, table: Table, rows: Rows) -> int:
    """Insert those that are not there; how many were new."""
    made = 0
    for start in range(0, len(rows), MOST):
        some = list(rows[start : start + MOST])
        if tx.dialect.name == "postgresql":
            made += tx.execute(postgresql.insert(table).values(some).on_conflict_do_nothing()).rowcount
        else:
            made += tx.execute(sqlite.insert(table).values(some).on_conflict_do_nothing()).rowcount
    return made


def put_over(tx: Connection, table: Table, rows: Rows) -> None:
    """Insert, or replace what stands under the same primary key."""
    keys: list[Any] = list(table.primary_key)
    fields = [one for one in (rows[0] if rows else ()) if one not in table.primary_key.columns]
    for start in range(0, len(rows), MOST):
        some = list(rows[start : start + MOST])
        if tx.dialect.name == "postgresql":
            said = postgresql.insert(table).values(some)
            tx.execute(said.on_conflict_do_update(index_elements=keys, set_={n: said.excluded[n] for n in fields}))
        else:
            told = sqlite.insert(table).values(some)
            tx.execute(told.on_conflict_do_update(index_elements=keys, set_={n: told.excluded[n] for n in fields}))

"""Inserts that pass over what is there, or take its place: said alike to SQLite and PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[dict[str, Any]]


def put_new(tx: Connection, table: Table, rows: Rows) -> int:
    """Insert those that are not there. With one row: how many were new; with several the number says nothing."""
    if not rows:
        return 0
    # Many sets of values for one statement, which is made ready once: a statement with all values in it is not.
    if tx.dialect.name == "postgresql":
        return tx.execute(postgresql.insert(table).on_conflict_do_nothing(), list(rows)).rowcount
    return tx.execute(sqlite.insert(table).on_conflict_do_nothing(), list(rows)).rowcount


def put_over(tx: Connection, table: Table, rows: Rows) -> None:
    """Insert, or replace what stands under the same primary key."""
    if not rows:
        return
    keys: list[Any] = list(table.primary_key)
    fields = [one for one in rows[0] if one not in table.primary_key.columns]
    if tx.dialect.name == "postgresql":
        said = postgresql.insert(table)
        tx.execute(
            said.on_conflict_do_update(index_elements=keys, set_={n: said.excluded[n] for n in fields}), list(rows)
        )
    else:
        told = sqlite.insert(table)
        tx.execute(
            told.on_conflict_do_update(index_elements=keys, set_={n: told.excluded[n] for n in fields}), list(rows)
        )

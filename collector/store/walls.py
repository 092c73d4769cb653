"""Row-level security: PostgreSQL itself gives a transaction the rows of the organisation it was begun for, whatever a query forgot."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from model.trouble import Trouble

HOLDS = "current_setting('laydown.system', true) = 'on' or {column} = current_setting('laydown.organisation', true)"


def raised(table: str, column: str = "organisation") -> Iterator[str]:
    """The statements that wall a table; FORCE, since the tables' owner is who we log in as."""
    holds = HOLDS.format(column=column)
    yield f"alter table {table} enable row level security"
    yield f"alter table {table} force row level security"
    yield f"create policy tenant on {table} using ({holds}) with check ({holds})"


def checked(tx: Connection) -> None:
    """Trouble where the login is one that no wall holds."""
    row = tx.execute(text("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")).scalar()
    if row:
        raise Trouble(
            "--database",
            "this login is above row-level security (superuser or bypassrls)",
            "make one that is not: create role collector login; create database sites owner collector",
        )

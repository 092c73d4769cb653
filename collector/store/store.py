"""Store: transactions, each within one organisation or, where nothing else serves, over all. SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as BusyPool
from sqlalchemy.pool import QueuePool

from model.trouble import Trouble, UsageTrouble

DOUBLE = "23505"  # PostgreSQL's word for a second row under one key
WAIT = 10  # seconds for a writer that is busy, or a database that has gone
NEEDS = "name one as postgresql://USER@HOST/NAME, or leave --database out for SQLite in the folder"


class Gone(Trouble):
    """The database does not answer: for a while, as far as anyone knows."""


class AtOnce(Trouble):
    """Somebody else wrote the same thing at the same moment: theirs stands, and nothing of ours."""


class Store:
    """`tenant(organisation)` and `system()` give a Connection in a transaction that is committed at the end of its `with`."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
        self.dialect = self.engine.dialect.name

    @contextmanager
    def tenant(self, organisation: str, write: bool = False) -> Iterator[Connection]:
        """Within one organisation. `write`: it will write, so SQLite's one pen is taken at once and not half-way."""
        with self._begun(write) as tx:
            self._wall(tx, "laydown.organisation", organisation)
            yield tx

    @contextmanager
    def system(self, write: bool = False, snapshot: bool = False) -> Iterator[Connection]:
        """Over all organisations: for the door (whose key or session is this?), the row writer, backup. Never for a page.

        `snapshot`: every query sees the moment of the first, as SQLite's always do.
        """
        with self._begun(write, snapshot) as tx:
            self._wall(tx, "laydown.system", "on")
            yield tx

    @contextmanager
    def _begun(self, write: bool, snapshot: bool = False) -> Iterator[Connection]:
        level = {"isolation_level": "REPEATABLE READ"} if snapshot and self.dialect == "postgresql" else {}
        try:
            with self.engine.connect().execution_options(laydown_write=write, **level) as held, held.begin():
                yield held
        except DBAPIError as fault:
            raise told(fault) from fault
        except BusyPool as fault:
            raise Gone("database", "every connection is in use", "it is asked again; run more processes") from fault

    def _wall(self, tx: Connection, name: str, value: str) -> None:
        """What row-level security compares with; it ends with the transaction."""
        if self.dialect == "postgresql":
            tx.execute(text("select set_config(:name, :value, true)"), {"name": name, "value": value})

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def told(fault: DBAPIError) -> Exception:
    """The fault in one line, if it is the database's state and not ours; else the fault itself."""
    words = " ".join(str(fault.orig).split())[:200]
    if fault.connection_invalidated or type(fault).__name__ in ("OperationalError", "InterfaceError"):
        return Gone("database", words or "does not answer", "it is asked again; see that it runs and has space")
    if isinstance(fault, IntegrityError) and (
        getattr(fault.orig, "sqlstate", "") == DOUBLE or "UNIQUE constraint failed" in words
    ):
        return AtOnce(
            "database", "somebody else wrote the same at the same moment", "look at it as it is now, then try again"
        )
    return fault


def store_at(database: str) -> Store:
    """The store of a database URL; UsageTrouble where it is none of ours."""
    try:
        url = make_url(database)
    except ArgumentError:
        raise UsageTrouble("--database", "no URL of a database", NEEDS) from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise UsageTrouble("--database", f"{url.get_backend_name()} is not supported", NEEDS)
    return Store(url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url)


def shut(path: Path) -> None:
    """The file is there, for its owner alone, whatever its folder lets in; SQLite's files beside it follow. A refusal is told later."""
    with suppress(OSError):
        path.touch(0o600)
        path.chmod(0o600)


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        shut(Path(url.database))
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=32,
        connect_args={"timeout": WAIT, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def connect(raw: Any, _: Any) -> None:
        raw.isolation_level = None  # sqlite3's own idea of when to begin is not ours
        for said in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-32768",
        ):
            raw.execute(f"PRAGMA {said}")

    @event.listens_for(engine, "begin")
    def begin(tx: Connection) -> None:
        write = tx.get_execution_options().get("laydown_write")
        tx.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url, pool_size=8, max_overflow=16, pool_pre_ping=True, pool_timeout=WAIT, connect_args={"connect_timeout": WAIT}
    )


def random_id() -> str:
    """A new id: 16 hex digits, so that nobody finds one by counting."""
    import secrets

    return secrets.token_hex(8)

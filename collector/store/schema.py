"""The schema's version: brought up by Alembic in one transaction, so that one that is interrupted leaves the old schema whole."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from collector.store.store import Store
from model.trouble import Trouble

LOCK = 889_001  # of PostgreSQL's advisory locks: two that migrate at once wait for each other


def brought_up(store: Store) -> str:
    """Bring the database to the newest schema; its revision. Trouble where the database is of a newer program."""
    with store.system(write=True) as tx:
        if store.dialect == "postgresql":
            tx.exec_driver_sql(f"select pg_advisory_xact_lock({LOCK})")
        at = revision(tx)
        if at is not None and at not in known():
            raise Trouble(
                "database", f"its schema {at} is of a newer laydown-collector", "run that version, or restore a backup"
            )
        command.upgrade(config(tx), "head")
        return revision(tx) or ""


def ready(store: Store) -> None:
    """Trouble unless the database has the newest schema."""
    with store.system() as tx:
        at = revision(tx)
    if at != head():
        what = "holds no schema yet" if at is None else f"has schema {at}, this program needs {head()}"
        raise Trouble(
            "database", what, "run `laydown-collector init --dir D` again: it brings the schema up and keeps all"
        )


def revision(tx: Connection) -> str | None:
    """The schema's revision, None for an empty database."""
    return MigrationContext.configure(tx).get_current_revision()


def head() -> str:
    """The newest revision that this program knows."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def known() -> set[str]:
    """All revisions that this program knows."""
    return {one.revision for one in ScriptDirectory.from_config(config()).walk_revisions()}


def config(tx: Connection | None = None) -> Config:
    """Alembic's own, over a transaction that has begun."""
    held = Config()
    held.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    held.attributes["connection"] = tx
    return held

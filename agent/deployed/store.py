"""The agent's memory on disk: one SQLite file in WAL mode, of which a kill or a power cut takes nothing that was told as done."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.deployed.home import handed
from model.trouble import Trouble

FILE = "agent.sqlite"
PATIENCE = 30.0  # seconds that another process may hold it
VERSION = 1
TABLES = """
CREATE TABLE IF NOT EXISTS known (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS parcel (
    digest TEXT PRIMARY KEY, recipient TEXT NOT NULL, report TEXT NOT NULL, release TEXT NOT NULL, released_by TEXT NOT NULL,
    folder TEXT NOT NULL, size INTEGER NOT NULL, by_file INTEGER NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL,
    put_at TEXT NOT NULL, spoken INTEGER NOT NULL, receipt BLOB, settled_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS scan (
    folder TEXT PRIMARY KEY, due TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL, note TEXT NOT NULL
);
"""


class Store:
    """`with store.writing():` is one transaction. Trouble names the file where disk or file refuses."""

    def __init__(self, root: Path) -> None:
        self.path = root / FILE
        if self.path.is_symlink():
            raise Trouble(str(self.path), "is a link, and the agent's memory is none", "remove it")
        with self._told():
            self._held = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            self.path.chmod(0o600)
            handed(self.path)
            self._held.row_factory = sqlite3.Row
            self._held.execute("PRAGMA journal_mode = WAL")
            self._held.execute("PRAGMA synchronous = FULL")
            self._version()

    def _version(self) -> None:
        (found,) = self._held.execute("PRAGMA user_version").fetchone()
        if found > VERSION:
            raise Trouble(str(self.path), f"written by a newer version ({found})", "install that version again")
        if found < VERSION:
            self._held.executescript(TABLES)
            self._held.execute(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        """Let go of the file."""
        self._held.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is done inside, or nothing of it."""
        with self._told():
            self._held.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._held.execute("COMMIT")
            except BaseException:
                if self._held.in_transaction:
                    self._held.execute("ROLLBACK")
                raise

    def rows(self, question: str, *values: object) -> list[sqlite3.Row]:
        """What the SELECT, or the change, gives."""
        with self._told():
            return self._held.execute(question, values).fetchall()

    def recall(self, name: str, default: str = "") -> str:
        """A word that was kept under `name`."""
        found = self.rows("SELECT value FROM known WHERE name = ?", name)
        return str(found[0]["value"]) if found else default

    def keep(self, **words: str) -> None:
        """Keep words by their names; an empty one is forgotten."""
        with self.writing():
            for name, value in words.items():
                self.rows("DELETE FROM known WHERE name = ?", name)
                if value:
                    self.rows("INSERT INTO known (name, value) VALUES (?, ?)", name, value)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as fault:
            raise Trouble(str(self.path), *_remedy(fault)) from None
        except PermissionError:
            raise Trouble(str(self.path), "belongs to another user", "run as the agent's user") from None


def _remedy(fault: sqlite3.Error) -> tuple[str, str]:
    name = getattr(fault, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return f"cannot be written ({fault})", "free some space; nothing that was sent or waits is lost"
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return (
            f"is damaged ({fault})",
            "move it away: reports are still in results/, and `laydown push` sends them again",
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return f"cannot be opened ({fault})", "run as the agent's user"
    return f"does not answer ({fault})", "see whether another laydown holds it, and try again"

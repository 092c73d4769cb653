"""Which scheduled scans there were: one row a result folder, so that a kill or a blackout is gone on from and no moment counts twice."""

import msgspec

from agent import clock
from agent.deployed.store import Store

MOST_TRIES = 5  # of one scan that keeps dying
OPEN = ("running", "paused", "scanned")


class Scan(msgspec.Struct, frozen=True):
    """`folder`: its name under results/; `due`: the moment of the schedule.

    `state`: running, paused, scanned (not yet in the spool), done or failed.
    """

    folder: str
    due: str
    state: str
    tries: int
    started_at: str
    ended_at: str
    note: str


class Diary:
    """The scans, in the order they began."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def scans(self, *states: str) -> list[Scan]:
        """Those in one of the states, or all."""
        names = ", ".join(Scan.__struct_fields__)
        rows = self._store.rows(f"SELECT {names} FROM scan ORDER BY started_at, folder")
        found = [msgspec.convert(dict(row), Scan) for row in rows]
        return [one for one in found if not states or one.state in states]

    def unfinished(self) -> Scan | None:
        """The scan to go on with."""
        return next(iter(self.scans(*OPEN)), None)

    def last(self) -> Scan | None:
        """The one that began last."""
        found = self.scans()
        return found[-1] if found else None

    def begun(self, folder: str, due: str) -> None:
        """A scan begins, or goes on."""
        with self._store.writing():
            asked = "INSERT OR IGNORE INTO scan VALUES (?, ?, 'running', 0, ?, '', '')"
            self._store.rows(asked, folder, due, clock.stamp())
            self._store.rows("UPDATE scan SET state = 'running', tries = tries + 1 WHERE folder = ?", folder)

    def ended(self, folder: str, state: str, note: str) -> None:
        """It ended in that state, for that reason."""
        with self._store.writing():
            asked = "UPDATE scan SET state = ?, note = ?, ended_at = ? WHERE folder = ?"
            self._store.rows(asked, state, note, clock.stamp(), folder)

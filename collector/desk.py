"""Desk: what a view works with: one transaction inside the asker's organisation, and the audit log of what they read and did."""

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from anyio import to_thread
from litestar import Request
from sqlalchemy import Connection, Row, Table, insert, select

from collector.clock import stamp
from collector.door import asker
from collector.files import removed
from collector.people.who import Who
from collector.place import Place
from collector.refused import unknown
from collector.replay.run import seen
from collector.rows.moments import noted
from collector.store.tables import audit, site

READ = frozenset({"GET", "HEAD"})


class Desk:
    """`tx`: the transaction; `who` asks; `now`: when. Reads of a site go through `site` or `read`, which note them."""

    tx: Connection

    def __init__(self, place: Place, who: Who, address: str = "", writes: bool = False) -> None:
        self.place, self.who, self.address, self._writes = place, who, address, writes
        self.now = stamp()
        self.notes: list[dict[str, Any]] = []
        self.moments: list[tuple[str, str]] = []  # (site, report's digest) of accused devices that were read
        self.after: list[Path] = []  # files that go once what was done stands
        self.then: list[Callable[[], None]] = []  # what begins then
        self.forget: Callable[[], None] = lambda: None  # who may call is asked of the store again
        self.previews: list[tuple[str, str]] = []  # (replay, site) that were looked at

    def note(self, action: str, what: str = "", site: str = "") -> None:
        """A line for the audit log. It is written before the answer leaves, or there is no answer."""
        row = {"organisation": self.who.organisation, "at": self.now, "who": self.who.id, "name": self.who.login}
        self.notes.append({**row, "action": action, "site": site, "what": what[:500], "address": self.address})

    def site(self, ref: str, action: str = "read", what: str = "") -> Row[Any]:
        """The site of that id, or of that name in the register; Refused if it is not this person's. Noted."""
        mine = self.who.mine(site)
        row = self.tx.execute(select(site).where(mine, site.c.id == ref)).first()
        row = row or self.tx.execute(select(site).where(mine, site.c.ref == ref)).first()
        if row is None:
            raise unknown("site")
        self.note(action, what or "site", row.id)
        return row

    def one(self, table: Table, ref: str, what: str, key: str = "id") -> Row[Any]:
        """The row under that id, if it is this person's; its site's reading is noted."""
        row = self.tx.execute(select(table).where(self.who.mine(table), table.c[key] == ref)).first()
        if row is None:
            raise unknown(what)
        if "site" in table.c:
            self.note("read", f"{what} {ref}", row.site)
        return row

    def flush(self) -> None:
        """Write the notes into the transaction at hand."""
        if self.notes:
            self.tx.execute(insert(audit), self.notes)
            self.notes = []
        for where, report in dict.fromkeys(self.moments):
            noted(self.tx, self.who.organisation, where, report, "read", self.now, self.who.login)
        for replay, where in self.previews:
            seen(self.place, self.tx, self.who.organisation, replay, where, self.who.login, self.now)
        self.moments, self.previews = [], []

    def opened(self) -> "Desk":
        """Begin the transaction."""
        self._stack = ExitStack()
        self.tx = self._stack.enter_context(self.place.store.tenant(self.who.organisation, write=self._writes))
        return self

    def done(self) -> None:
        """The view has returned: what it did stands, and what it read is on record."""
        if self._writes:
            self.flush()
        self._stack.close()
        self._noted()
        if self.after:
            removed(self.place, self.after)
        for begin in self.then:
            begin()

    def undone(self) -> None:
        """The view refused: nothing it did stands; what was looked for stays on record."""
        self.tx.rollback()
        self._stack.close()
        if not self._writes:
            self._noted()

    def _noted(self) -> None:
        if self.notes or self.moments or self.previews:
            with self.place.store.tenant(self.who.organisation, write=True) as self.tx:
                self.flush()


async def desk(request: Request[Any, Any, Any], place: Place) -> AsyncIterator[Desk]:
    """The desk of one request. Its transaction stands when the view has returned; the audit log, before the answer leaves."""
    address = request.client.host if request.client else ""
    made = Desk(place, asker(request), address, request.method not in READ)
    made.forget = request.app.state.intake.callers.forget
    held = await to_thread.run_sync(made.opened)
    try:
        yield held
    except BaseException:  # noqa: BLE001 - thrown in by the frame, which raises it again itself
        await to_thread.run_sync(held.undone)
    else:
        await to_thread.run_sync(held.done)

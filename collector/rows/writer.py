"""The writer of rows: one thread takes what was kept, some at a time, in the order it came. One process writes, whichever is first."""

import logging
import threading
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from collector.clock import stamp
from collector.files import removed
from collector.intake.desk import Intake
from collector.intake.packs import freed
from collector.keep import EVERY, kept, swept
from collector.place import Place
from collector.rows.standing import written
from collector.rows.taken import Taken, taken
from collector.store.store import Gone
from collector.store.tables import parcel
from collector.store.turns import penned
from model.trouble import place as where

log = logging.getLogger("laydown.collector")
MOST, LONGEST = (
    64,
    0.15,
)  # parcels, and seconds of reading them, of one transaction: who waits for the pen waits that long
IDLE, AWAY = 0.25, 2.0  # seconds between two looks; and after the database was gone

WRITTEN = (
    update(parcel)
    .where(parcel.c.organisation == bindparam("org"), parcel.c.number == bindparam("nr"), parcel.c.state == "kept")
    .values(state="written")
)


class Writer:
    """`start`, `stop`; or `drained` for all that waits, now."""

    def __init__(self, place: Place, intake: Intake | None = None) -> None:
        self._place, self._intake = place, intake
        self._over, self._rounded = threading.Event(), monotonic()
        self._thread = threading.Thread(target=self._run, name="rows", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._over.set()
        self._thread.join(30)

    def drained(self) -> int:
        """Write until nothing waits; how many parcels."""
        total = 0
        while count := self.batch():
            total += count
        return total

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                if not self.batch():
                    self._round()
                    self._over.wait(IDLE)
            except Gone as fault:
                log.warning("rows: %s", fault)
                self._over.wait(AWAY)
            except Exception as fault:  # noqa: BLE001 - the writer must outlive a bug: it is told, and tried again
                log.error("rows: %s: %s", where(fault), " ".join(f"{type(fault).__name__} {fault}".split()))
                self._over.wait(AWAY)

    def _round(self) -> None:
        """Retention and sweeping, now and then."""
        if monotonic() - self._rounded > EVERY:
            self._rounded = monotonic()
            kept(self._place)
            swept(self._place)

    def batch(self) -> int:
        """One transaction's worth; how many parcels are done with."""
        found = self._read()
        if not found:
            return 0
        try:
            with self._place.store.system(write=True) as tx:
                if not penned(tx, wait=False):
                    return 0
                covers = [path for row, held in found for path in self._put(tx, row, held)]
        except Gone:
            raise
        except Exception:  # noqa: BLE001 - one of them is wrong: one at a time, the others go on
            covers = [path for row, held in found for path in self._apart(row, held)]
        if covers:
            removed(self._place, covers)
        return len(found)

    def _read(self) -> list[tuple[Row[Any], Taken | str]]:
        """Parcels made ready: CPU's work, outside of any writing transaction."""
        begin, found = monotonic(), []
        with self._place.store.system() as tx:
            waiting = tx.execute(select(func.count()).select_from(parcel).where(parcel.c.state == "kept")).scalar_one()
            if self._intake is not None:
                self._intake.backlog = waiting
            order = (parcel.c.received_at, parcel.c.organisation, parcel.c.number)
            rows = (
                tx.execute(select(parcel).where(parcel.c.state == "kept").order_by(*order).limit(MOST)).all()
                if waiting
                else []
            )
            for row in rows:
                found.append((row, self._taken(tx, row)))
                if monotonic() - begin > LONGEST:
                    break
        return found

    def _taken(self, tx: Connection, row: Row[Any]) -> Taken | str:
        try:
            return taken(self._place.blobs.read(tx, row.organisation, row.digest))
        except Exception as fault:  # noqa: BLE001 - the parcel stays where it is, and why is said with it
            return f"{where(fault)}: {type(fault).__name__} {fault}"

    def _put(self, tx: Connection, row: Row[Any], held: Taken | str) -> list[Path]:
        """The file of the cover, which may go once the transaction stands: what was in it is kept by then."""
        ours = (parcel.c.organisation == row.organisation, parcel.c.number == row.number)
        if isinstance(held, str):
            log.error("rows: parcel %s of %s: %s", row.number, row.organisation, held)
            tx.execute(update(parcel).where(*ours).values(state="faulty", fault=" ".join(held.split())[:500]))
            return []
        if not tx.execute(WRITTEN, {"org": row.organisation, "nr": row.number}).rowcount:
            return []  # another process did
        at = stamp()
        if written(tx, row, held, at):  # what was erased does not come back with a report that is sent again
            self._place.blobs.keep(tx, row.organisation, held.blobs, at)
        if held.besides:
            freed(tx, row.organisation, row.digest)
        return self._place.blobs.drop(tx, row.organisation, [row.digest])

    def _apart(self, row: Row[Any], held: Taken | str) -> list[Path]:
        try:
            with self._place.store.system(write=True) as tx:
                return self._put(tx, row, held) if penned(tx, wait=False) else []
        except Gone:
            raise
        except Exception as fault:  # noqa: BLE001 - as above
            with self._place.store.system(write=True) as tx:
                return self._put(tx, row, f"{where(fault)}: {type(fault).__name__} {fault}")

"""Nonces of signed requests, for the minutes in which one may not come again: kept across restarts, not across a power cut.

A request that was overheard serves for nothing new even a second time (docs/protocol.md), so the disk is not waited for.
"""

import sqlite3
import threading
from datetime import datetime
from pathlib import Path
from time import monotonic

from sqlalchemy import delete, text

from collector.clock import ahead, now
from collector.intake.answers import unsigned
from collector.refused import Refused
from collector.store.quiet import put_new
from collector.store.store import Store, shut
from collector.store.tables import nonce
from model.signed_request import CLOCK, NONCE_LIFE, Header
from model.times import written

SWEEP = 60  # seconds between two sweepings


class Nonces:
    """`take(header)`: once for each; with SQLite in a file of its own, so that nobody waits for the writer of the large one."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self._swept = store, monotonic()
        self._lock = threading.Lock()
        self._own = _file(folder / "nonces.sqlite") if store.dialect == "sqlite" else None

    def take(self, told: Header) -> None:
        """Refused where the clocks differ, or the nonce was here."""
        on_time(told, now())
        if not self._new(told):
            raise unsigned("this request was here before", "sign each request anew")
        self._sweep()

    def _new(self, told: Header) -> bool:
        if self._own is not None:
            with self._lock:
                done = self._own.execute(
                    "insert or ignore into nonce values (?, ?, ?)", (told.keyid, told.nonce, told.at)
                )
            return bool(done.rowcount)
        with self._store.system() as tx:
            tx.execute(text("set local synchronous_commit = off"))
            return bool(put_new(tx, nonce, [{"keyid": told.keyid, "nonce": told.nonce, "at": told.at}]))

    def _sweep(self) -> None:
        if monotonic() - self._swept < SWEEP:
            return
        self._swept = monotonic()
        old = ahead(-(NONCE_LIFE + CLOCK))
        if self._own is not None:
            with self._lock:
                self._own.execute("delete from nonce where at < ?", (old,))
        else:
            with self._store.system(write=True) as tx:
                tx.execute(delete(nonce).where(nonce.c.at < old))


def on_time(told: Header, here: datetime) -> None:
    """Refused with our time where the two clocks differ by more than CLOCK seconds."""
    try:
        far = abs((told.moment - here).total_seconds())
    except (ValueError, OverflowError):
        raise unsigned("no time of our form", "see docs/protocol.md") from None
    if far > CLOCK:
        what = f"your clock and ours differ by {int(far)} s"
        raise Refused(
            401, "clock", what, f"work with the difference, or set the clock: at most {CLOCK} s", now=written(here)
        )


def _file(path: Path) -> sqlite3.Connection:
    shut(path)
    held = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    held.execute("pragma journal_mode=wal")
    held.execute("pragma synchronous=off")
    held.execute(
        "create table if not exists nonce (keyid text, nonce text, at text, primary key (keyid, nonce)) without rowid"
    )
    held.execute("create index if not exists nonce_at on nonce (at)")
    return held

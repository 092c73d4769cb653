"""What a worker does: rows in a thread; replays as PostgreSQL's jobs, or, with SQLite, those that were stopped half-way."""

import signal
import threading

from collector.keep import kept, swept
from collector.log import logged
from collector.place import Place
from collector.replay import run
from collector.rows.writer import Writer

IDLE = 2.0


def worked(place: Place, once: bool) -> int:
    """Work; how many parcels were written by `once`."""
    logged()
    writer = Writer(place)
    if once:
        done = writer.drained()
        _replays(place, until_empty=True)
        kept(place)
        swept(place)
        return done
    writer.start()
    try:
        _replays(place, until_empty=False)
    finally:
        writer.stop()
    return 0


def _replays(place: Place, until_empty: bool) -> None:
    if place.store.dialect == "postgresql":
        from collector.replay.jobs import work

        work(place, until_empty)
        return
    over = threading.Event()
    if not until_empty:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda *_: over.set())
    while True:
        for org, ident in run.unfinished(place):
            run.run(place, org, ident, over.is_set)
        if until_empty or over.wait(IDLE):
            return

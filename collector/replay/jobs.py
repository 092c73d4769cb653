"""Who does the work of a replay: a thread of this process with SQLite; procrastinate's workers with PostgreSQL, one job a site."""

import asyncio
import logging
import threading
from typing import Any

import procrastinate
from sqlalchemy import text

from collector.place import Place
from collector.replay import run

log = logging.getLogger("laydown.collector")
QUEUE = "replay"
AGAIN = 5  # tries of one job, when the database was gone


def started(place: Place, org: str, ident: str) -> None:
    """Set the work of a replay going."""
    if place.store.dialect == "postgresql":
        deferred(place, org, ident)
    else:
        threading.Thread(target=_here, args=(place, org, ident), name="replay", daemon=True).start()


def _here(place: Place, org: str, ident: str) -> None:
    try:
        run.run(place, org, ident)
    except Exception as fault:  # noqa: BLE001 - a thread's last word; `laydown-collector worker` goes on with it
        log.error("replay %s stopped: %s", ident, fault)


def jobs(place: Place, asynchronous: bool = False) -> procrastinate.App:
    """The jobs over one place, with their task."""
    url = place.store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connector: Any = procrastinate.PsycopgConnector if asynchronous else procrastinate.SyncPsycopgConnector
    held = procrastinate.App(connector=connector(conninfo=url))

    @held.task(
        name="replay-site", queue=QUEUE, retry=procrastinate.RetryStrategy(max_attempts=AGAIN, exponential_wait=2)
    )
    def replay_site(organisation: str, replay: str, site: str) -> None:
        run.worked(place, organisation, replay, site)

    return held


def deferred(place: Place, org: str, ident: str) -> None:
    """One job a site. A site that waits already is not asked for twice."""
    with jobs(place).open() as held:
        for where in run.waiting(place, org, ident):
            lock = f"{ident} {where}"
            try:
                task = held.configure_task("replay-site", queue=QUEUE, queueing_lock=lock, lock=lock)
                task.defer(organisation=org, replay=ident, site=where)
            except procrastinate.exceptions.AlreadyEnqueued:
                continue


def prepared(place: Place) -> None:
    """Procrastinate's own tables, if they are not there."""
    with place.store.system() as tx:
        there = tx.execute(text("select to_regclass('procrastinate_jobs')")).scalar()
    if there is None:
        with jobs(place).open() as held:
            held.schema_manager.apply_schema()


def work(place: Place, until_empty: bool = False) -> None:
    """Do jobs until a signal comes, or until none waits."""
    asyncio.run(_work(place, until_empty))


async def _work(place: Place, until_empty: bool) -> None:
    async with jobs(place, asynchronous=True).open_async() as held:
        await held.run_worker_async(queues=[QUEUE], wait=not until_empty, concurrency=1, delete_jobs="successful")

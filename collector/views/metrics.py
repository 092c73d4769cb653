"""Metrics for Prometheus: counts over all organisations, none by name. Read with a word of its own."""

from contextlib import suppress
from shutil import disk_usage
from typing import Any

from litestar import Request, Response, get
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import Connection, func, select

from collector.clock import ahead, now
from collector.door import bearer
from collector.people.programs import reads_metrics
from collector.place import Place
from collector.refused import Refused
from collector.store.tables import agent, blob, clock, device, organisation, parcel, report, site
from model.times import read

COUNTED = {
    "organisations": organisation,
    "sites": site,
    "agents": agent,
    "reports": report,
    "devices": device,
    "parcels": parcel,
}
DAY = 86_400


def measured(tx: Connection) -> CollectorRegistry:
    """The numbers as they are now."""
    held = CollectorRegistry()
    for name, table in COUNTED.items():
        _gauge(
            held,
            f"laydown_{name}",
            f"{name} on record",
            tx.execute(select(func.count()).select_from(table)).scalar_one(),
        )
    for state in ("kept", "faulty"):
        count = tx.execute(select(func.count()).select_from(parcel).where(parcel.c.state == state)).scalar_one()
        _gauge(
            held,
            f"laydown_parcels_{state}",
            {"kept": "waiting for their rows", "faulty": "whose rows cannot be made"}[state],
            count,
        )
    never = tx.execute(
        select(func.count()).select_from(site).where(site.c.report.is_(None), site.c.closed_at.is_(None))
    ).scalar_one()
    _gauge(held, "laydown_sites_never_reported", "sites without a report", never)
    silent = (
        select(func.count())
        .select_from(agent)
        .where(agent.c.revoked_at.is_(None), func.coalesce(agent.c.seen_at, "") < ahead(-DAY))
    )
    _gauge(held, "laydown_agents_silent_a_day", "agents that were not heard for a day", tx.execute(silent).scalar_one())
    _gauge(
        held,
        "laydown_clocks_open",
        "clocks that wait for a word",
        tx.execute(select(func.count()).select_from(clock).where(clock.c.word == "")).scalar_one(),
    )
    _gauge(
        held,
        "laydown_blob_bytes",
        "bytes kept, unpacked",
        int(tx.execute(select(func.coalesce(func.sum(blob.c.size), 0))).scalar_one()),
    )
    oldest = tx.execute(select(func.min(parcel.c.received_at)).where(parcel.c.state == "kept")).scalar()
    age = (now() - read(oldest)).total_seconds() if oldest else 0
    _gauge(held, "laydown_rows_behind_seconds", "age of the oldest parcel that waits for its rows", max(0, int(age)))
    return held


def on_disk(held: CollectorRegistry, place: Place) -> None:
    """What the disk of the collector's folder says: a full one refuses parcels, which then wait at their sites."""
    _gauge(held, "laydown_disk_free_bytes", "bytes free where blobs are kept", disk_usage(place.folder).free)
    halves = 0
    for one in place.incoming.glob("*/*.part"):
        with suppress(FileNotFoundError):
            halves += one.stat().st_size
    _gauge(held, "laydown_incoming_bytes", "bytes of half uploads", halves)


def _gauge(held: CollectorRegistry, name: str, words: str, value: int) -> None:
    Gauge(name, words, registry=held).set(value)


@get(
    "/metrics",
    public=True,
    sync_to_thread=True,
    tags=["metrics"],
    summary="Metrics for Prometheus",
    media_type="text/plain",
)
def metrics(request: Request[Any, Any, Any], place: Place) -> Response[bytes]:
    """With the bearer word of `laydown-collector token --metrics`."""
    if not reads_metrics(place, bearer(request)):
        raise Refused(
            401,
            "metrics",
            "not the word for metrics",
            "make one: laydown-collector token --dir D --metrics",
            final=True,
        )
    with place.store.system() as tx:
        held = measured(tx)
        on_disk(held, place)
        return Response(generate_latest(held), media_type="text/plain; version=0.0.4; charset=utf-8")


HANDLERS = [metrics]

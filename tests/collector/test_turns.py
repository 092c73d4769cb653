"""Erasing and keeping at the same moment, against a real PostgreSQL: what one begins to need, the other does not take away."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from collector.erase import let_go
from collector.files import removed
from collector.store.blobs import packed
from collector.store.tables import blob, report, used
from tests.collector.house import House

pytestmark = pytest.mark.needs("py:litestar")
LONG, SHORT = secrets.token_bytes(100_000), secrets.token_bytes(1_000)


def made(house: House, data: bytes) -> tuple[Any, Any]:
    """(the item, the row) of a report that alone needs these bytes as its body."""
    org, item = house.organisation(), packed(data)
    house.site("hq")
    with house.place.store.tenant(org, write=True) as tx:
        where = tx.execute(text("select id from site")).scalar_one()
        row = {"organisation": org, "id": "r1", "site": where, "digest": "d", "release": "full", "origin": "agent"}
        tx.execute(insert(report).values(**row, received_at="2026-01-01", body=item.sha256, statement="s"))
        house.place.blobs.keep(tx, org, [item], "now")
        tx.execute(insert(used).values(organisation=org, report="r1", sha256=item.sha256))
        return item, tx.execute(select(report)).one()


def erased(house: House, row: Any) -> list[Any]:
    with house.place.store.tenant(row.organisation, write=True) as tx:
        gone = let_go(tx, house.place.blobs, row, "report", "asked for", "a", "now")
    removed(house.place, gone)
    return gone


@contextmanager
def beside(house: House, act: Any, *given: Any) -> Iterator[Future[Any]]:
    """`act` in a thread of its own, begun and, where it has to, waiting for a lock."""
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(act, *given)
        for _ in range(100):
            with house.place.store.engine.connect() as look:
                waits = look.execute(text("select count(*) from pg_locks where not granted")).scalar_one()
            if waits or done.done():
                break
            time.sleep(0.02)
        yield done


@pytest.mark.parametrize("data", [LONG, SHORT], ids=["file", "row"])
def test_what_is_kept_again_while_it_is_erased_stays(big_house: House, data: bytes) -> None:
    item, row = made(big_house, data)
    org = row.organisation
    with big_house.place.store.tenant(org, write=True) as tx:
        big_house.place.blobs.keep(tx, org, [item], "again")
        tx.execute(insert(used).values(organisation=org, report="r2", sha256=item.sha256))
        with beside(big_house, erased, big_house, row) as done:
            assert not done.done(), "it waits for who keeps"
            tx.commit()
            done.result(20)
    with big_house.place.store.tenant(org) as tx:
        assert big_house.place.blobs.read(tx, org, item.sha256) == data


@pytest.mark.parametrize("data", [LONG, SHORT], ids=["file", "row"])
def test_what_is_erased_while_it_is_kept_again_is_written_again(big_house: House, data: bytes) -> None:
    item, row = made(big_house, data)
    org, place = row.organisation, big_house.place

    def again() -> None:
        with place.store.tenant(org, write=True) as tx:
            place.blobs.keep(tx, org, [item], "again")

    with place.store.tenant(org, write=True) as tx:
        gone = let_go(tx, place.blobs, row, "report", "asked for", "a", "now")
        with beside(big_house, again) as done:
            assert not done.done(), "it waits for who erases"
            tx.commit()
            done.result(20)
    removed(place, gone)
    with place.store.tenant(org) as tx:
        assert place.blobs.read(tx, org, item.sha256) == data


def test_a_file_does_not_go_between_a_look_and_a_row(big_house: House) -> None:
    """The file is there, its new row is not yet: who removes files waits, and finds it needed."""
    item, row = made(big_house, LONG)
    org, place = row.organisation, big_house.place
    with place.store.tenant(org, write=True) as tx:
        gone = let_go(tx, place.blobs, row, "report", "asked for", "a", "now")
    with place.store.tenant(org, write=True) as tx:
        place.blobs.keep(tx, org, [item], "again")
        with beside(big_house, removed, place, gone) as done:
            tx.commit()
            done.result(20)
    with place.store.tenant(org) as tx:
        assert place.blobs.read(tx, org, item.sha256) == LONG


@pytest.mark.parametrize("kind", ["house", "big_house"])
def test_erased_and_kept_again_and_again(kind: str, request: pytest.FixtureRequest) -> None:
    """Four threads, forty rounds: whatever a row says is there can be read."""
    house: House = request.getfixturevalue(kind)
    org, place, item = house.organisation(), house.place, packed(LONG)
    begin = threading.Barrier(4)

    def keeps() -> None:
        begin.wait()
        for _ in range(20):
            with place.store.tenant(org, write=True) as tx:
                place.blobs.keep(tx, org, [item], "again")
            with place.store.tenant(org) as tx:
                # One look at row and file: with SQLite the file may have gone since this transaction began, its row with it.
                for row in tx.execute(select(blob.c.sha256)).all():
                    assert row.sha256 == item.sha256

    def drops() -> None:
        begin.wait()
        for _ in range(20):
            with place.store.tenant(org, write=True) as tx:
                from collector.store.turns import letting_go

                letting_go(tx, org)
                gone = place.blobs.drop(tx, org, [item.sha256])
            removed(place, gone)

    with ThreadPoolExecutor(4) as pool:
        for one in [pool.submit(act) for act in (keeps, drops, keeps, drops)]:
            one.result(60)
    with place.store.tenant(org, write=True) as tx:
        there = tx.execute(select(blob.c.sha256)).scalar() is not None
        assert not there or place.blobs.read(tx, org, item.sha256) == LONG

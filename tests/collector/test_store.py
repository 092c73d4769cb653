"""The store: migrations make the tables; walls hold; a migration that is interrupted leaves the old schema."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text, update

from collector.place import opened, walled
from collector.store.schema import head, ready, revision
from collector.store.store import store_at
from collector.store.tables import META, TENANTS, entity, organisation, site
from model.trouble import Trouble
from tests.collector.house import House
from tests.collector.postgres import Server

pytestmark = pytest.mark.needs("py:litestar")
ROOT = Path(__file__).resolve().parents[2]
OWN = ("procrastinate", "alembic")


def differences(house: House) -> list[Any]:
    with house.place.store.system() as tx:
        found = compare_metadata(MigrationContext.configure(tx), META)
    return [one for one in found if not any(word in str(one) for word in OWN)]


def test_migrations_make_the_tables(house: House) -> None:
    assert differences(house) == []


def test_migrations_make_the_tables_in_postgresql(big_house: House) -> None:
    assert differences(big_house) == []


def test_every_tenants_table_is_walled(big_house: House) -> None:
    """Whoever begins a transaction for one organisation sees no row of another, even without a condition, and cannot write one."""
    first, second = big_house.organisation("First"), big_house.organisation("Second")
    big_house.site("hq", org="First")
    big_house.site("hq", org="Second")
    store = big_house.place.store
    with store.tenant(first) as tx:
        assert {row.organisation for row in tx.execute(select(site))} == {first}
        assert tx.execute(select(organisation.c.id)).scalars().all() == [first]
        assert tx.execute(update(site).values(name="x")).rowcount == 1
    with store.tenant("nobody") as tx:
        for table in TENANTS:
            assert tx.execute(select(table)).first() is None, table.name
    with pytest.raises(Exception, match="row-level security"), store.tenant(first, write=True) as tx:
        tx.execute(insert(entity).values(organisation=second, id="x", name="x", created_at="x"))
    with store.engine.connect() as bare:
        assert bare.execute(select(site)).first() is None, "and one that was begun for nobody sees nothing"


def test_every_tenants_table_has_a_wall(big_house: House) -> None:
    with big_house.place.store.system() as tx:
        walled = set(
            tx.execute(text("select relname from pg_class where relrowsecurity and relforcerowsecurity")).scalars()
        )
    assert walled == {table.name for table in TENANTS} | {"organisation"}


def test_a_login_above_the_walls_is_refused(server: Server) -> None:
    url = server.database("above").replace("laydown@", "boss@")
    with pytest.raises(Trouble, match="above row-level security"):
        walled(store_at(url))


def test_an_older_schema_is_told(tmp_path: Path) -> None:
    from collector.place import made

    made(tmp_path / "d")
    with pytest.raises(Trouble, match="init --dir D"):
        opened(tmp_path / "d")


def test_a_newer_schema_is_told(house: House) -> None:
    from collector.store.schema import brought_up

    with house.place.store.system(write=True) as tx:
        tx.execute(text("update alembic_version set version_num = '9999'"))
    for act in (ready, brought_up):
        with pytest.raises(Trouble, match="9999"):
            act(house.place.store)


SLOW = """
import sys, time
from sqlalchemy import event
from collector.place import opened
from collector.store.schema import brought_up
from pathlib import Path
place = opened(Path(sys.argv[1]), sys.argv[2], checked=False)
@event.listens_for(place.store.engine, "after_cursor_execute")
def after(conn, cursor, statement, *_):
    if "CREATE TABLE device" in statement:
        print("half", flush=True)
        time.sleep(30)
brought_up(place.store)
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_migration_that_is_killed_leaves_nothing_half(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    from collector.place import made
    from collector.store.schema import brought_up

    made(tmp_path / "d")
    url = request.getfixturevalue("server").database("killed") if kind == "postgresql" else ""
    child = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(tmp_path / "d"), url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None and child.stdout.readline() == "half\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait(10)
    place = opened(tmp_path / "d", url, checked=False)
    for _ in range(600):  # the server notices that its client is gone in its own time
        with place.store.system() as tx:
            tables = list(inspect(tx).get_table_names())
            at = revision(tx)
        if not tables:
            break
        time.sleep(0.05)
    assert (tables, at) == ([], None)
    assert brought_up(place.store) == head()
    ready(place.store)

"""Pages: how long each takes over HTTP at 5,000 sites and 100,000 devices, signed in, on SQLite, one request after the other.

The client is in this process, the server in one of its own, as `laydown-collector serve` runs; a page counts from the request's first byte
to the answer's last. The server's own processor time stands beside it: the clock tells of whatever else the machine does.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import httpx
from sqlalchemy import select

from collector.people import accounts
from collector.people.organisations import first
from collector.place import Place, made, opened
from collector.setup import ready_made
from collector.store.tables import clock, device, entity, organisation
from tests.bench.intake import cpu
from tests.bench.rows import ROOT, Row, row
from tests.collector.web import town

TITLE = "the collector's pages"
SITES, KINDS, DEVICES, TIMES, MOST = 5000, 12, 22, 100, 300
PASSWORD = "correct horse battery staple"


def filled(folder: Path) -> Place:
    """A collector with its people and its sites."""
    made(folder)
    place = opened(folder, checked=False)
    ready_made(place)
    first(place, "Example Agency")
    with place.store.system(write=True) as tx:
        org = tx.execute(select(organisation.c.id)).scalar_one()
        accounts.added(tx, org, "ada", "admin", "Ada", PASSWORD)
    town.filled(place, org, SITES, list(town.sent(KINDS, DEVICES)))
    return place


def paths(place: Place) -> Iterator[tuple[str, str]]:
    """(what, path) of each page."""
    with place.store.system() as tx:
        accused = tx.execute(select(device.c.site, device.c.device).where(device.c.outcome == "covered").limit(1)).one()
        firm = tx.execute(select(entity.c.id)).scalars().first()
        timed = tx.execute(select(clock.c.site)).scalars().first()
    home = f"/sites/{accused.site}"
    yield from (
        ("overview", "/"),
        ("sites", "/sites"),
        ("sites, the last part", "/sites?offset=4950"),
        ("sites, by coverage", "/sites?sort=-coverage"),
    )
    yield from (
        ("sites, filtered and searched", "/sites?country=US&search=main"),
        ("sites that are stale", "/sites?state=stale"),
    )
    yield from (
        ("devices", "/devices"),
        ("devices, the last part", "/devices?offset=90000"),
        ("devices, by model", "/devices?sort=model"),
    )
    yield from (
        ("devices, covered", "/devices?outcome=covered,conflict"),
        ("devices, searched", "/devices?search=ex2300"),
    )
    yield from (
        ("review queue", "/review"),
        ("review queue, one entity's", f"/review?entity={firm}"),
        ("clocks", "/clocks"),
    )
    yield from (
        ("a site's clocks", f"/clocks?site={timed}"),
        ("filings", "/filings"),
        ("packs", "/packs"),
        ("agents", "/agents"),
    )
    yield from (
        ("a site", home),
        ("a site's policy", f"{home}/policy"),
        ("a device, its evidence", f"{home}/devices/{accused.device}"),
    )
    yield from (
        (f"a site's {one}", f"{home}?show={one}") for one in ("devices", "coverage", "networks", "macs", "history")
    )
    yield from (
        ("tokens", "/tokens"),
        ("register", "/register"),
        ("audit log", "/audit"),
        ("audit log of a site", f"/audit?site={accused.site}"),
    )
    yield from (("people", "/people"), ("organisation", "/organisation"), ("oneself", "/me"))


def measure() -> Iterator[Row]:
    """One row a page."""
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where) / "d"
        place = filled(folder)
        asked = list(paths(place))
        place.store.close()
        command = [sys.executable, "-m", "collector.command", "serve", "--dir", str(folder), "--port", "0"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as served:
            assert served.stdout is not None
            address = served.stdout.readline().strip()
            try:
                yield from _measured(address, served.pid, asked)
            finally:
                served.terminate()


def _measured(address: str, pid: int, asked: list[tuple[str, str]]) -> Iterator[Row]:
    with httpx.Client(base_url=address, timeout=30, headers={"Accept": "text/html"}) as client:
        assert client.post("/login", data={"login": "ada", "password": PASSWORD}).status_code == 303
        worst = 0.0
        for what, path in asked:
            client.get(path)  # what is read once and kept is no page's time
            before = cpu(pid)
            taken = sorted(_once(client, path) for _ in range(TIMES))
            spent = (cpu(pid) - before) * 1000 / TIMES
            worst = max(worst, taken[-2])
            yield row(f"{what}, the server's processor", spent, "ms")
            yield row(f"{what}, median", taken[TIMES // 2], "ms")
            yield row(f"{what}, 99 of 100 within", taken[-2], "ms", MOST)
        yield row("the slowest page, 99 of 100 within", worst, "ms", MOST)


def _once(client: httpx.Client, path: str) -> float:
    begin = perf_counter()
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[-300:]}"
    return (perf_counter() - begin) * 1000

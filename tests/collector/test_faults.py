"""A collector is killed, its database is killed, its disk is full, an agent is hostile: nothing acknowledged is lost or there twice."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from collector.people import tokens
from collector.people.register import checked, taken
from collector.place import made, opened
from collector.rows.writer import Writer
from collector.setup import ready_made
from collector.store.tables import organisation, parcel, report
from model.canonical import digest
from model.receipt import Receipt, broken
from model.report import Site
from tests.collector.cli import ROOT, Served
from tests.collector.house import House
from tests.collector.postgres import Server
from tests.collector.site import CISCO, PIECE, Agent, evidence, stamp

pytestmark = pytest.mark.needs("py:litestar")


class Line:
    """A client over a bad line: whoever it asks may be gone for a while. Bounded."""

    def __init__(self) -> None:
        self.url = ""
        self.client = httpx.Client(timeout=5)

    def request(self, method: str, path: str, **more: Any) -> Any:
        for _ in range(300):
            try:
                answer = self.client.request(method, self.url + path, **more)
            except httpx.HTTPError:
                time.sleep(0.1)
                continue
            if answer.status_code not in (503, 507):
                return answer
            time.sleep(0.1)
        raise AssertionError("nobody answers")


def uploaded(agent: Agent, sent: bytes) -> Receipt:
    """Upload a parcel, whatever happens on the way: ask how far it is, go on from there."""
    name = digest(sent)[7:]
    for _ in range(100):
        state = agent.ask("GET", f"/api/v1/uploads/{name}")
        if state.status_code != 200:
            continue
        if state.json()["receipt"]:
            return agent.receipt(state)
        offset = state.json()["offset"]
        piece = sent[offset : offset + PIECE // 4]
        answer = agent.ask("PATCH", f"/api/v1/uploads/{name}?offset={offset}&size={len(sent)}", piece)
        assert answer.status_code in (200, 201, 401, 409), (
            answer.text
        )  # 401: the answer was lost, and the same request came again
    raise AssertionError("never taken")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_in_mid_upload_again_and_again(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server: Server | None = request.getfixturevalue("server") if kind == "postgresql" else None
    url = server.database("faults") if server else ""
    folder = tmp_path / "d"
    made(folder)
    place = opened(folder, url, checked=False)
    ready_made(place)
    from collector.people.organisations import first

    first(place, "First")
    with place.store.system(write=True) as tx:
        org = tx.execute(select(organisation.c.id)).scalar_one()
        taken(tx, org, [checked({"site": f"s{n}", "entity": "E"}, "test") for n in range(3)])
        words = tokens.issued(tx, org, [f"s{n}" for n in range(3)], "test")
    served = Served(folder, *(("--database", url) if url else ()))
    lines = [Line() for _ in words]
    agents = []
    for line, word in zip(lines, words, strict=True):
        line.url = served.url
        agents.append(Agent(line))
        assert agents[-1].enrol(word.token).status_code == 201
    receipts: list[Receipt] = []
    faults: list[BaseException] = []

    def site(agent: Agent) -> None:
        try:
            for n in range(4):
                receipts.append(
                    uploaded(
                        agent,
                        agent.parcel(evidence(Site(id=agent.home.site.id), {"10.0.0.1": CISCO}, at=stamp(-600 + n))),
                    )
                )
        except BaseException as fault:  # noqa: BLE001 - told at the end
            faults.append(fault)

    threads = [threading.Thread(target=site, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for number in range(4 if server else 10):
        time.sleep(0.3)
        if server and number % 2:
            server.stop(signal.SIGKILL)
            time.sleep(0.3)
            server.start()
        else:
            served.kill()
            served.start()
    for thread in threads:
        thread.join(90)
    assert not faults, faults
    served.kill()
    place.store.close()
    Writer(place).drained()
    with place.store.system() as tx:
        rows = tx.execute(select(parcel).order_by(parcel.c.number)).all()
        assert tx.execute(select(func.count()).select_from(report)).scalar_one() == 12
    assert len(receipts) == 12 and {one.parcel for one in receipts} == {row.digest for row in rows} and len(rows) == 12
    assert {row.state for row in rows} == {"written"}
    assert broken((msgspec.json.decode(row.receipt, type=Receipt), row.receipt_sha256) for row in rows) == ""
    assert {one.number: one.previous for one in receipts} == {
        row.number: msgspec.json.decode(row.receipt)["previous"] for row in rows
    }
    assert not list(place.incoming.rglob("*.part"))
    place.store.close()


FULL = """
mount -t tmpfs -o size=20m none "$1" || exit 9
cd "$2"
run() { "$3" -m collector.command "$@"; }
"$3" -m collector.command init --dir "$1/d" >/dev/null || exit 8
"$3" -m collector.command token --dir "$1/d" --site hq --new E | cut -d' ' -f3
head -c 12m /dev/zero >"$1/ballast"
exec "$3" -m collector.command serve --dir "$1/d" --port 0 --no-rows
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Any, str, str]]:
    """(process, token, url) of a collector on a disk of 20 MB, 12 of which are ballast."""
    command = ["unshare", "-Urm", "sh", "-c", FULL, "sh", str(tmp_path), str(ROOT), sys.executable]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        token, url = process.stdout.readline().strip(), process.stdout.readline().strip()
        yield process, token, url
        process.kill()


@pytest.mark.needs("userns", "unshare")
def test_a_full_disk_is_told_and_nothing_acknowledged_is_lost(small_disk: tuple[Any, str, str], tmp_path: Path) -> None:
    process, token, url = small_disk
    with httpx.Client(base_url=url, timeout=20) as client:
        agent = Agent(client)
        assert agent.enrol(token).status_code == 201
        good, refused = [], None
        for n in range(12):
            sent = agent.parcel(evidence(Site(id="hq"), {"10.0.0.1": CISCO}, at=stamp(-600 + n)))
            answer = agent.send(sent)
            if answer.status_code != 201:
                refused = answer
                break
            good.append(sent)
        assert good and refused is not None
        assert refused.status_code in (503, 507) and refused.headers["retry-after"] and "final" not in refused.json(), (
            refused.text
        )
        (Path(f"/proc/{process.pid}/root{tmp_path}") / "ballast").unlink()
        again = agent.send(sent, start=agent.ask("GET", f"/api/v1/uploads/{digest(sent)[7:]}").json()["offset"])
        assert again.status_code == 201, again.text
        for one in (*good, sent):
            assert agent.ask("GET", f"/api/v1/uploads/{digest(one)[7:]}").json()["receipt"]
    shutil.rmtree(tmp_path / "d", ignore_errors=True)


def test_a_hostile_agent_passes_no_quota_and_others_are_served(house: House) -> None:
    from collector.settings import Limits

    house.place.settings = msgspec.structs.replace(house.place.settings, limits=Limits(requests=40, parcels=5))
    with House(house.place.folder) as limited:
        limited.place.settings = house.place.settings
        limited.client.app.state.intake.__init__(limited.place)
        hostile, good = limited.agent("bad"), limited.agent("hq")
        over = threading.Event()
        statuses: list[int] = []

        def hammer() -> None:
            number = 0
            while not over.is_set() and number < 500:
                number += 1
                statuses.append(hostile.ask("GET", f"/api/v1/uploads/{number:064x}").status_code)

        threads = [threading.Thread(target=hammer) for _ in range(4)]
        for thread in threads:
            thread.start()
        begin = time.monotonic()
        for n in range(5):
            sent = good.parcel(evidence(Site(id="hq"), {"10.0.0.1": CISCO}, at=stamp(-600 + n)), "summary")
            assert good.send(sent).status_code == 201
        spent = time.monotonic() - begin
        over.set()
        for thread in threads:
            thread.join(20)
        assert statuses.count(200) <= 42 and statuses.count(429) >= 4 and set(statuses) <= {200, 429}
        assert len(statuses) < 42 + 4 * (spent + 2) * 1.5 + 8, (
            "a refusal takes a second: asking more often brings nothing"
        )


def test_the_database_is_gone_and_back(big_house: House, server: Server) -> None:
    agent = big_house.agent("hq")
    sent = agent.parcel(evidence(Site(id="hq"), {"10.0.0.1": CISCO}), "summary")
    server.stop(signal.SIGKILL)
    answer = agent.send(sent)
    assert answer.status_code == 503 and answer.json()["error"] == "store" and answer.headers["retry-after"], (
        answer.text
    )
    assert big_house.client.get("/health").status_code == 503
    server.start()
    again = agent.send(sent)
    assert again.status_code == 201, again.text
    assert big_house.rows() == 1 and big_house.client.get("/health").status_code == 200


def test_a_parcel_whose_rows_cannot_be_made_is_told_and_holds_up_nobody(house: House) -> None:
    from sqlalchemy import update

    from collector.store.tables import blob

    agent, other = house.agent("hq"), house.agent("annex")
    agent.send(agent.parcel(evidence(Site(id="hq"), {"10.0.0.1": CISCO}), "summary"))
    with house.place.store.system(write=True) as tx:
        tx.execute(update(blob).values(data=b"damaged on the disk"))
    other.send(other.parcel(evidence(Site(id="annex"), {"10.0.0.1": CISCO}), "summary"))
    assert house.rows() == 2
    states = {one["state"]: one["fault"] for one in house.person().get("/api/v1/parcels")["items"]}
    assert set(states) == {"faulty", "written"} and "damaged" in states["faulty"]

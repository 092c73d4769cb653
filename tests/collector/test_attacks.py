"""Somebody means harm, or two come at the same moment: a token serves one, a form of another site opens nothing, a file stays shut."""

from __future__ import annotations

import os
import secrets
import threading
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from collector.backup import backed_up, restored
from collector.files import removed
from collector.keep import swept
from collector.people import accounts, knocks
from collector.refused import Refused
from collector.store.blobs import packed
from collector.store.tables import agent, audit
from model.enrolment import Heartbeat, SpoolState
from tests.collector.house import House
from tests.collector.site import Agent

pytestmark = pytest.mark.needs("py:litestar")
GOOD = "correct horse battery"


def at_once(calls: list[Any]) -> None:
    """All of them at the same moment."""
    gate = threading.Barrier(len(calls))

    def run(call: Any) -> None:
        gate.wait(10)
        call()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)


def test_a_token_serves_one_of_several_who_come_at_once(big_house: House) -> None:
    big_house.site("hq")
    for _ in range(3):
        word = big_house.token("hq")
        with big_house.place.store.system() as tx:
            before = tx.execute(select(func.count()).select_from(agent)).scalar_one()
        at_once([partial(Agent(big_house.client).enrol, word) for _ in range(6)])
        with big_house.place.store.system() as tx:
            assert tx.execute(select(func.count()).select_from(agent)).scalar_one() == before + 1


def test_wrong_passwords_at_once_count_each(big_house: House) -> None:
    """No more are looked at than are free, however many come in one moment."""
    org, told = big_house.organisation(), []
    with big_house.place.store.system(write=True) as tx:
        accounts.added(tx, org, "ada", "admin", password=GOOD)

    def wrong() -> None:
        try:
            accounts.signed_in(big_house.place.store, "ada", "wrong" * 3, "", "192.0.2.7")
        except Refused as no:
            told.append(no.said.error)

    at_once([wrong] * 9)
    assert sorted(told) == ["locked"] * 4 + ["login"] * knocks.FREE


def test_a_form_of_another_site_signs_nobody_in(house: House) -> None:
    org = house.organisation()
    with house.place.store.system(write=True) as tx:
        accounts.added(tx, org, "ada", "admin", password=GOOD)
    body = msgspec.json.encode({"login": "ada", "password": GOOD})
    headers = {"Content-Type": "text/plain", "Sec-Fetch-Site": "cross-site"}
    answer = house.client.post("/api/v1/login", content=body, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_signs_that_postgresql_keeps_in_no_text_are_refused(big_house: House) -> None:
    person, held = big_house.person(), big_house.agent("hq")
    for path in ("/api/v1/sites/%00", "/api/v1/sites?search=%00"):
        assert person("GET", path).status_code in (400, 404), path
    said = Heartbeat("0.1", "a\0b", SpoolState(0, 0))
    assert held.ask("POST", "/api/v1/heartbeat", msgspec.json.encode(said)).status_code == 400


def test_halves_of_one_agent_are_few(house: House) -> None:
    held = house.agent("hq")
    told = [
        held.ask("PATCH", f"/api/v1/uploads/{number:064x}?offset=0&size=9", b"x").status_code for number in range(80)
    ]
    assert 429 in told
    assert len(list(house.place.incoming.glob("*/*.part"))) <= 64


def test_tokens_for_all_are_on_record(house: House) -> None:
    house.site("hq")
    assert house.person()("POST", "/api/v1/tokens", json={"all": True}).status_code == 201
    with house.place.store.system() as tx:
        assert tx.execute(select(audit.c.site).where(audit.c.action == "token given")).scalar_one()


def test_a_file_that_is_needed_again_stays(house: House) -> None:
    """Erased, and kept again before the file went; or left by a crash, and sent again a day later as the sweeper comes."""
    place, org = house.place, house.organisation()
    item = packed(secrets.token_bytes(100_000))
    with place.store.tenant(org, write=True) as tx:
        place.blobs.keep(tx, org, [item], "before")
        gone = place.blobs.drop(tx, org, [item.sha256])
        place.blobs.keep(tx, org, [item], "again")
    removed(place, gone)
    with place.store.tenant(org, write=True) as tx:
        assert place.blobs.read(tx, org, item.sha256)
        place.blobs.drop(tx, org, [item.sha256])
    os.utime(gone[0], (1, 1))
    row = place.blobs.staged(org, item, "once more")
    swept(place)
    assert row["data"] is None and gone[0].exists()
    os.utime(gone[0], (1, 1))
    swept(place)
    assert not gone[0].exists(), "nobody needs it"


def test_nobody_else_reads_what_lies_in_an_open_folder(tmp_path: Path) -> None:
    """Folders that were there before, open to all: what the program writes into them is not. What was erased leaves the next backup too."""
    (tmp_path / "d").mkdir(mode=0o755)
    (tmp_path / "b").mkdir(mode=0o755)
    with House(tmp_path / "d") as house:
        org, item = house.organisation(), packed(secrets.token_bytes(100_000))
        with house.place.store.tenant(org, write=True) as tx:
            house.place.blobs.keep(tx, org, [item], "now")
        assert backed_up(house.place, tmp_path / "b").blobs == 1
        restored(tmp_path / "b", tmp_path / "r")
        assert not [path for top in "dbr" for path in open_to_others(tmp_path / top)]
        with house.place.store.tenant(org, write=True) as tx:
            house.place.blobs.drop(tx, org, [item.sha256])
        assert backed_up(house.place, tmp_path / "b").blobs == 0
        assert not list((tmp_path / "b" / "blobs").rglob("*.zst"))


def open_to_others(folder: Path) -> list[Path]:
    """Files that somebody else can read, the public key and what is signed for all aside."""
    held: list[Path] = []
    for path in folder.iterdir():
        if path.stat().st_mode & 0o077 == 0 or path.name in ("collector.key.pub", "manifest.dsse.json", "hold.lock"):
            continue
        held += open_to_others(path) if path.is_dir() else [path]
    return held


def test_who_came_in_and_who_was_kept_out_is_on_record(house: House) -> None:
    org = house.organisation()
    with house.place.store.system(write=True) as tx:
        accounts.added(tx, org, "ada", "admin", password=GOOD)
    for word in (GOOD, *["wrong" * 3] * knocks.FREE):
        house.client.post("/api/v1/login", json={"login": "ada", "password": word})
    with house.place.store.system() as tx:
        told = tx.execute(select(audit.c.action, audit.c.name, audit.c.address).order_by(audit.c.id)).all()
    assert [tuple(one) for one in told] == [
        ("signed in", "ada", "testclient"),
        ("shut after wrong tries", "ada", "testclient"),
    ]

"""Replay: a new pack judges stored evidence again; the difference is shown, recorded and adopted by a person; both verdicts stay."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlalchemy import select

from collector.store.tables import report
from fingerprints.pack import load
from model.report import Site
from tests.collector.house import House
from tests.collector.site import CISCO, evidence, zipped

pytestmark = pytest.mark.needs("py:litestar")
HQ = Site(id="hq")
RULE = b"""name = "Exampleworks"
aliases = []

[[rule]]
id = "exampleworks-descr"
key = "snmp.sys_description"
grade = "declared"
pattern = "^Exampleworks Gate "
matches = ["Exampleworks Gate 7"]
misses = ["Another Gate 7"]
source = "made up for a test"
"""


def packs() -> tuple[bytes, bytes]:
    """A pack that knows one maker more than the shipped one, and one that lists it as well."""
    parts = dict(load().parts)
    parts["rules/exampleworks.toml"] = RULE
    listed = dict(parts)
    name = "covered/section-889.toml"
    entry = parts[name].decode()
    first = entry.index("[[entry]]")
    more = '[[entry]]\nmaker = "exampleworks"\n' + entry[first : entry.index("[[", first + 9)].split("\n", 2)[2]
    listed[name] = (entry[:first] + more + entry[first:]).encode()
    return zipped(parts), zipped(listed)


def until(person: Any, ident: str, state: str) -> Any:
    """The replay, once it is in that state; bounded."""
    for _ in range(1200):
        found = person.get(f"/api/v1/replays/{ident}")
        if found["state"] == state:
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_a_new_pack_is_shown_before_it_counts(house: House) -> None:
    agent, admin, reader = house.agent("hq"), house.person("admin"), house.person("viewer")
    agent.send(agent.parcel(evidence(HQ, {"10.0.0.1": CISCO, "10.0.0.2": "Exampleworks Gate 7"})))
    house.rows()
    before = {one["label"]: one["outcome"] for one in admin.get("/api/v1/devices")["items"]}
    assert sorted(before.values()) == ["clear", "unknown"]

    brought = admin("POST", "/api/v1/packs?name=listed", content=packs()[1])
    assert brought.status_code == 201, brought.text
    begun = admin("POST", "/api/v1/replays", json={"pack": brought.json()["sha256"]})
    assert begun.status_code == 201, begun.text
    done = until(admin, begun.json()["id"], "previewed")
    assert (done["sites"], done["done"], done["changed"], done["failed"]) == (1, 1, 1, 0)
    assert {one["label"]: one["outcome"] for one in admin.get("/api/v1/devices")["items"]} == before, (
        "nothing counts yet"
    )
    assert admin.get("/api/v1/clocks")["total"] == 0

    (shown,) = reader.get(f"/api/v1/replays/{done['id']}/sites")["items"]
    assert [(one["before"], one["after"]) for one in shown["changes"]] == [("unknown", "covered exampleworks")]
    (moment, *_) = [one for one in admin.get("/api/v1/sites/hq/moments")["items"] if one["kind"] == "replayed"]
    assert moment["who"] == reader.login, "who looked at the preview, and when, is on record"
    clocks = admin.get("/api/v1/clocks")["items"]
    assert clocks and {one["source"] for one in clocks} == {"preview"}

    assert reader("POST", f"/api/v1/replays/{done['id']}/adopt").status_code == 403
    adopted = admin("POST", f"/api/v1/replays/{done['id']}/adopt")
    assert adopted.json() == {"sites": 1}, adopted.text
    assert admin("POST", f"/api/v1/replays/{done['id']}/adopt").status_code == 409
    (device,) = admin.get("/api/v1/devices?accused=true")["items"]
    opened = admin.get(f"/api/v1/sites/hq/devices/{device['device']}")
    assert [one["cause"] for one in opened["history"]] == ["replay", "report"], "both verdicts stand, with their dates"
    assert (
        opened["finding"]["maker"] == "exampleworks" and opened["evidence"][0]["text"].count("Exampleworks Gate 7") == 1
    )
    with house.place.store.system() as tx:
        rows = tx.execute(select(report).order_by(report.c.received_at)).all()
    assert [(row.origin, row.current) for row in rows] == [("agent", False), ("replay", True)]


def test_the_same_pack_changes_nothing(house: House) -> None:
    agent, admin = house.agent("hq"), house.person("admin")
    agent.send(agent.parcel(evidence(HQ, {"10.0.0.1": CISCO})))
    house.rows()
    from tests.collector.site import pack_zip

    sha = admin("POST", "/api/v1/packs", content=pack_zip()).json()["sha256"]
    done = until(admin, admin("POST", "/api/v1/replays", json={"pack": sha}).json()["id"], "previewed")
    assert (done["changed"], done["failed"]) == (0, 0)


def test_a_pack_that_fails_its_own_proofs_is_no_pack(house: House) -> None:
    admin = house.person("admin")
    parts = dict(load().parts)
    parts["rules/exampleworks.toml"] = RULE.replace(b'misses = ["Another Gate 7"]', b'misses = ["Exampleworks Gate 8"]')
    for data in (zipped(parts), b"PK\x03\x04 no zip", zipped({"rules/x.toml": b"\0" * 70_000_000})):
        answer = admin("POST", "/api/v1/packs", content=data)
        assert answer.status_code == 400 and answer.json()["error"] == "input", answer.text
    assert admin.get("/api/v1/packs")["total"] == 0


def test_workers_of_postgresql_judge_site_by_site(big_house: House, tmp_path: Any) -> None:
    """The work is put down as jobs, one a site; any worker does it, here by `laydown-collector worker --once` in a process of its own."""
    import subprocess
    import sys

    from collector.store.store import store_at
    from tests.collector.cli import ROOT

    admin = big_house.person("admin")
    for name in ("hq", "annex"):
        agent = big_house.agent(name)
        agent.send(agent.parcel(evidence(Site(id=name), {"10.0.0.1": CISCO, "10.0.0.2": "Exampleworks Gate 7"})))
    url = big_house.place.store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    words = [
        sys.executable,
        "-m",
        "collector.command",
        "worker",
        "--dir",
        str(big_house.place.folder),
        "--database",
        url,
        "--once",
    ]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "2 parcels written\n", done.stderr
    sha = admin("POST", "/api/v1/packs", content=packs()[1]).json()["sha256"]
    begun = admin("POST", "/api/v1/replays", json={"pack": sha})
    assert begun.status_code == 201 and begun.json()["state"] == "running", begun.text
    with store_at(url).system() as tx:
        assert tx.exec_driver_sql("select count(*) from procrastinate_jobs where status = 'todo'").scalar() == 2
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found = admin.get(f"/api/v1/replays/{begun.json()['id']}")
    assert (found["state"], found["done"], found["failed"], found["changed"]) == ("previewed", 2, 0, 2), done.stderr
    assert admin("POST", f"/api/v1/replays/{found['id']}/adopt").json() == {"sites": 2}

"""The API by its own document: no call of it, however odd, is a fault of ours; lists and exports say the same."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from collector.app import app
from collector.store.tables import parcel
from model.folder import names
from model.report import Site
from tests.collector.house import House
from tests.collector.site import CISCO, HUAWEI, evidence, stamp
from tests.collector.test_tenancy import filled

pytestmark = pytest.mark.needs("py:litestar")
ROOT = Path(__file__).resolve().parents[2]
HQ = Site(id="hq", name="=HYPERLINK(1)")


@pytest.mark.needs("py:schemathesis")
def test_no_call_is_a_fault_of_ours(house: House) -> None:
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

    filled(house)
    people = [house.person("admin"), house.person("viewer", org="Second")]
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi/json", app(house.place))
    tried: set[str] = set()

    def one(operation: Any) -> None:
        @given(case=operation.as_strategy())
        @settings(
            max_examples=3,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        )
        def run(case: Any) -> None:
            for who in people:
                body = {} if not isinstance(case.body, dict | list | str | int | float | bool) else {"json": case.body}
                path = case.formatted_path
                answer = who.client.request(
                    case.method, path, params=case.query, headers={"Authorization": f"Bearer {who.word}"}, **body
                )
                assert answer.status_code < 500, f"{case.method} {path} {case.query} {body}: {answer.text}"
                tried.add(case.operation.path)

        run()

    for found in schema.get_all_operations():
        one(found.ok())
    assert len(tried) >= 50


def test_the_document_is_openapi_3_1_and_names_every_view(house: House) -> None:
    told = house.client.get("/api/v1/openapi/json").json()
    assert told["openapi"].startswith("3.1")
    spoken = {handler for name in names("collector.views") for handler in _paths(name)}
    assert {path for path in spoken if path.startswith("/api/")} <= set(told["paths"])
    for path, methods in told["paths"].items():
        for method, said in methods.items():
            assert said.get("summary") and said.get("tags"), f"{method} {path} says nothing of itself"


def _paths(name: str) -> set[str]:
    import importlib
    import re

    found = importlib.import_module(f"collector.views.{name}").HANDLERS
    return {re.sub(r":\w+", "", path) for one in found for path in getattr(one, "paths", ())}


def test_the_view_of_the_page_works_by_being_there(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """docs/collector.md shows one; written into the folder, it is served."""
    import collector.views

    text = (ROOT / "docs/collector.md").read_text()
    code = text.split("```python\n")[1].split("```")[0]
    (tmp_path / "tally_of_the_page.py").write_text(code)
    monkeypatch.setattr(collector.views, "__path__", [*collector.views.__path__, str(tmp_path)])
    from litestar.testing import TestClient

    house.site("hq")
    with TestClient(app(house.place)) as client:
        who = house.person("viewer")
        assert client.get("/api/v1/tally", headers={"Authorization": f"Bearer {who.word}"}).json() == {"sites": 1}
        assert client.get("/api/v1/tally").status_code == 401


@pytest.fixture
def told(house: House) -> tuple[House, Any]:
    agent = house.agent("hq")
    house.site("annex", country="DE")
    agent.send(agent.parcel(evidence(HQ, {"10.0.0.1": CISCO, "10.0.0.2": HUAWEI})))
    house.rows()
    return house, house.person("admin")


def test_exports_say_what_the_lists_say(told: tuple[House, Any]) -> None:
    _, admin = told
    listed = admin.get("/api/v1/devices")["items"]
    rows = list(csv.DictReader(io.StringIO(admin("GET", "/api/v1/exports/devices/csv").content.decode())))
    assert [row["device"] for row in rows] == [one["device"] for one in listed] and rows[0]["outcome"] == "covered"
    with zipfile.ZipFile(io.BytesIO(admin("GET", "/api/v1/exports/devices/xlsx").content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet and sheet.count(b"<row ") == len(listed) + 1
    parquet = pytest.importorskip("pyarrow.parquet").read_table(
        io.BytesIO(admin("GET", "/api/v1/exports/sites/parquet").content)
    )
    assert parquet.column("ref").to_pylist() == [one["ref"] for one in admin.get("/api/v1/sites")["items"]]
    bom = json.loads(admin("GET", "/api/v1/exports/devices/cyclonedx?site=hq").content)
    assert bom["specVersion"] == "1.7" and len(bom["components"]) == len(listed)
    assert admin("GET", "/api/v1/exports/devices/cyclonedx").status_code == 400
    assert admin("GET", "/api/v1/exports/devices/exe").status_code == 404


def test_a_formula_stays_text(house: House) -> None:
    house.site("hq", entity="=1+1")
    rows = house.person("admin")("GET", "/api/v1/exports/sites/csv").content.decode()
    assert "'=1+1" in rows and ",=1+1" not in rows


def test_states_are_told_sorted_and_filtered(told: tuple[House, Any]) -> None:
    from sqlalchemy import update

    from collector.store.tables import site

    house, admin = told
    fallen = house.agent("fallen")
    fallen.send(fallen.parcel(evidence(Site(id="fallen"), {"10.0.0.1": CISCO}, at=stamp(-900))))
    house.rows()
    fallen.send(fallen.parcel(evidence(Site(id="fallen"), {"10.0.0.1": CISCO}, done=False)))
    house.rows()
    house.agent("quiet")
    with house.place.store.system(write=True) as tx:
        tx.execute(
            update(site)
            .where(site.c.ref == "quiet")
            .values(agent_seen_at=stamp(-9 * 86_400), report="x", reported_at=stamp())
        )
        tx.execute(update(site).where(site.c.ref == "hq").values(reported_at=stamp(-100 * 86_400)))
    said = {one["ref"]: one["state"] for one in admin.get("/api/v1/sites?sort=state")["items"]}
    assert list(said.items()) == [
        ("annex", "never-reported"),
        ("quiet", "silent-agent"),
        ("hq", "stale"),
        ("fallen", "coverage-fell"),
    ]
    for state in said.values():
        assert [one["state"] for one in admin.get(f"/api/v1/sites?state={state}")["items"]] == [state]
    house.site("annex", due="2026-01-01")
    assert [one["ref"] for one in admin.get("/api/v1/sites?state=overdue")["items"]] == ["annex"]
    assert [one["ref"] for one in admin.get("/api/v1/sites?country=DE")["items"]] == ["annex"]


def test_a_filing_is_drafted_answered_and_signed(told: tuple[House, Any]) -> None:
    _, admin = told
    (entity,) = admin.get("/api/v1/entities")["items"]
    answers = '[signer]\nname = "P. Porter"\ntitle = "CCO"\ndate = "2026-01-02"\n'
    assert admin("POST", f"/api/v1/entities/{entity['id']}/answers", json={"answers": answers}).json() == {"version": 1}
    wrong = admin("POST", f"/api/v1/entities/{entity['id']}/answers", json={"answers": "sinner = 1"})
    assert wrong.status_code == 400 and "answers" in wrong.json()["what"]
    made = admin("POST", "/api/v1/filings", json={"entity": entity["id"], "form": "far-52.240-90"})
    assert made.status_code == 201, made.text
    paper = made.json()
    assert paper["holds"] > 1 and paper["state"] == "drafted" and len(paper["reports"]) == 1
    page = admin("GET", f"/api/v1/filings/{paper['id']}/html").content.decode()
    assert "P. Porter" in page and "annex" in page, "a site without a report is a hole on the paper"
    bent = {"by": "x", "date": "x", "base64": "eA==", "media": "text/html\r\nSet-Cookie: laydown=x"}
    assert admin("POST", f"/api/v1/filings/{paper['id']}/sign", json=bent).json()["error"] == "media"
    signed = admin(
        "POST",
        f"/api/v1/filings/{paper['id']}/sign",
        json={"by": "P. Porter", "date": "2026-01-03", "base64": "JVBERi0="},
    )
    assert signed.json()["state"] == "signed"
    assert admin("GET", f"/api/v1/filings/{paper['id']}/signed").content == b"%PDF-"
    assert (
        admin(
            "POST", f"/api/v1/filings/{paper['id']}/sign", json={"by": "x", "date": "x", "base64": "eA=="}
        ).status_code
        == 409
    )


def test_a_clock_waits_for_a_persons_word(told: tuple[House, Any]) -> None:
    _, admin = told
    first = admin.get("/api/v1/clocks?standing=open")["items"][0]
    word = {
        "device": first["device"],
        "clause": first["clause"],
        "accept": "no",
        "by": "P. Porter",
        "date": "2026-01-02",
        "reason": "leased, gone",
    }
    assert admin("POST", "/api/v1/sites/hq/clocks", json={**word, "by": " "}).status_code == 400
    said = admin("POST", "/api/v1/sites/hq/clocks", json=word)
    assert said.status_code == 200 and said.json()["word"]["by"] == "P. Porter", said.text
    assert admin.get("/api/v1/clocks?standing=rejected")["total"] == 1


def test_erasure_leaves_digest_and_reason(told: tuple[House, Any]) -> None:
    _, admin = told
    (one,) = admin.get("/api/v1/reports")["items"]
    lines = admin("GET", f"/api/v1/reports/{one['id']}/evidence")
    assert lines.status_code == 200 and lines.content.count(b"\n") == 5
    assert (
        admin("POST", f"/api/v1/reports/{one['id']}/erase", json={"kind": "evidence", "reason": " "}).status_code == 400
    )
    gone = admin("POST", f"/api/v1/reports/{one['id']}/erase", json={"kind": "evidence", "reason": "asked by counsel"})
    assert gone.status_code == 200 and gone.json()["blobs"] >= 1
    assert admin("GET", f"/api/v1/reports/{one['id']}/evidence").status_code == 410
    assert admin("GET", f"/api/v1/reports/{one['id']}/report").status_code == 200
    (said,) = admin.get("/api/v1/erasures")["items"]
    assert (said["digest"], said["reason"], said["kind"]) == (one["evidence"], "asked by counsel", "evidence")
    assert (
        admin(
            "POST", f"/api/v1/reports/{one['id']}/erase", json={"kind": "report", "reason": "asked again"}
        ).status_code
        == 200
    )
    assert admin("GET", f"/api/v1/reports/{one['id']}/report").status_code == 410
    assert admin("GET", f"/api/v1/reports/{one['id']}/statement").status_code == 410
    assert admin.get("/api/v1/devices")["total"] == 0


def test_retention_lets_evidence_go_by_class(told: tuple[House, Any]) -> None:
    from sqlalchemy import update

    from collector.keep import kept
    from collector.store.tables import report

    house, admin = told
    admin("PATCH", "/api/v1/organisation", json={"keep_days": {"evidence": 30}})
    assert kept(house.place) == 0
    with house.place.store.system(write=True) as tx:
        tx.execute(update(report).values(received_at=stamp(-40 * 86_400)))
    assert kept(house.place) == 0, "what a site stands by stays"
    with house.place.store.system(write=True) as tx:
        tx.execute(update(report).values(current=False))
    assert kept(house.place) == 1 and kept(house.place) == 0
    (said,) = admin.get("/api/v1/erasures")["items"]
    assert said["who"] == "retention" and "30 days" in said["reason"]


def test_metrics_need_their_word_and_name_nobody(told: tuple[House, Any]) -> None:
    from collector.people.programs import metrics

    house, admin = told
    assert house.client.get("/metrics").status_code == 401
    assert admin("GET", "/metrics").status_code == 401
    answer = house.client.get("/metrics", headers={"Authorization": f"Bearer {metrics(house.place)}"})
    assert "laydown_sites 2.0" in answer.text and "hq" not in answer.text and "First" not in answer.text
    told = {line.split()[0]: float(line.split()[1]) for line in answer.text.splitlines() if line[0] != "#"}
    assert (
        told["laydown_disk_free_bytes"] > 0
        and told["laydown_rows_behind_seconds"] == told["laydown_incoming_bytes"] == 0
    )
    with house.place.store.system(write=True) as tx:
        tx.execute(update(parcel).values(state="kept", received_at=stamp(-600)))
    (house.place.incoming / "a").mkdir()
    (house.place.incoming / "a" / "b.part").write_bytes(b"x" * 77)
    text = house.client.get("/metrics", headers={"Authorization": f"Bearer {metrics(house.place)}"}).text
    assert "laydown_incoming_bytes 77.0" in text and "laydown_rows_behind_seconds 60" in text


def test_a_policy_reaches_the_agents_of_its_site(told: tuple[House, Any]) -> None:
    from model.keys import public
    from model.policy import policy_of

    house, admin = told
    agent = house.agent("annex")
    assert agent.ask("GET", "/api/v1/policy").status_code == 204
    for n in (1, 2):
        assert (
            admin("POST", "/api/v1/sites/annex/policy", json={"exclude": ["10.0.0.7"], "profile": "gentle"}).json()[
                "serial"
            ]
            == n
        )
    held = policy_of(
        agent.ask("GET", "/api/v1/policy").content, public(agent.home.collector_key.encode(), "key"), "policy"
    )
    assert (held.serial, held.exclude, held.site) == (2, ("10.0.0.7",), "annex")
    assert agent.ask("POST", "/api/v1/heartbeat", b'{"engine":"x","state":"idle"}').json() == {"policy_serial": 2}

"""As each role and each agent, every path of the API with every other tenant's ids brings nothing and changes nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from collector.store.tables import TENANTS, agent, audit, clock, device, filing, report, site, token, user
from model.canonical import digest
from model.report import Site
from tests.collector.house import House, Person
from tests.collector.site import CISCO, HUAWEI, Agent, evidence, pack_zip

pytestmark = pytest.mark.needs("py:litestar")
ROLES = ("viewer", "reviewer", "admin")
BODIES: dict[str, dict[str, Any]] = {
    "/api/v1/agents/{agent}/revoke": {"reason": "x"},
    "/api/v1/tokens": {"sites": ["alpha-7f3k9"]},
    "/api/v1/sites/{site}/policy": {"targets": ["10.0.0.0/8"]},
    "/api/v1/sites/{site}/clocks": {
        "device": "{device}", "clause": "{clause}", "accept": "no", "by": "M. Mallory", "date": "2026-01-02", "reason": "x",
    },
    "/api/v1/reports/{report}/erase": {"kind": "report", "reason": "x"},
    "/api/v1/people/{person}": {"role": "admin", "shut": True},
    "/api/v1/replays": {"pack": "{pack}"},
    "/api/v1/filings": {"entity": "{entity}", "form": "inquiry-record"},
    "/api/v1/entities/{entity}/answers": {"answers": "", "contracts": []},
    "/api/v1/filings/{filing}/sign": {"by": "M. Mallory", "date": "2026-01-02", "base64": "eA=="},
}  # fmt: skip
# What has no tenant's id in it and changes the asker's own alone: each has tests of its own.
OWN = (
    "/api/v1/login",
    "/api/v1/logout",
    "/api/v1/invitation",
    "/api/v1/me",
    "/api/v1/enrol",
    "/api/v1/register",
    "/api/v1/oidc",
    "/metrics",
)


def filled(house: House) -> dict[str, str]:
    """The ids of everything that the organisation First has: one of each kind at least."""
    org = house.organisation("First")
    first, admin = house.agent("alpha-7f3k9", entity="Alpha Works 7f3k9"), house.person("admin")
    sent = first.parcel(evidence(Site(id="alpha-7f3k9"), {"10.0.0.1": CISCO, "10.0.0.2": HUAWEI}))
    first.send(sent)
    house.rows()
    sha = admin("POST", "/api/v1/packs", content=pack_zip()).json()["sha256"]
    replay = admin("POST", "/api/v1/replays", json={"pack": sha}).json()["id"]
    for _ in range(3000):  # with PostgreSQL nobody works here, and it stays as it is
        if house.place.store.dialect == "postgresql" or admin.get(f"/api/v1/replays/{replay}")["state"] == "previewed":
            break
        time.sleep(0.02)
    house.token("alpha-7f3k9")
    entity = admin.get("/api/v1/entities")["items"][0]["id"]
    drafted = admin("POST", "/api/v1/filings", json={"entity": entity, "form": "inquiry-record"})
    assert drafted.status_code == 201, drafted.text
    with house.place.store.tenant(org) as tx:
        ids = {
            table.name: tx.execute(select(table.c.id)).scalars().first()
            for table in (site, agent, report, token, user, filing)
        }
        ids["device"] = tx.execute(select(device.c.device).where(device.c.outcome == "covered")).scalar_one()
        ids["clause"] = tx.execute(select(clock.c.clause)).scalars().first()
    ids |= {"replay": replay, "pack": sha, "sha": sha[7:], "digest": digest(sent)[7:], "entity": entity}
    return {**ids, "file": "report", "form": "csv", "media": "html", "list_name": "devices"}


def operations(house: House) -> Iterator[tuple[str, str]]:
    """(method, path) of every operation that the API's own document names."""
    told = house.client.get("/api/v1/openapi/json").json()
    for path, methods in told["paths"].items():
        for method in methods:
            if path.startswith(("/api/", "/metrics")) and not path.startswith("/api/v1/oidc"):  # the way in, for anyone
                yield method.upper(), path


def asked(method: str, path: str, ids: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The path with the ids in it, and a body that would do harm."""

    def name(found: re.Match[str]) -> str:
        return ids[found[1]]

    there = re.sub(r"\{(\w+)\}", name, path)
    body = {
        key: re.sub(r"\{(\w+)\}", name, value) if isinstance(value, str) else value
        for key, value in BODIES.get(path, {}).items()
    }
    return there, {} if method == "GET" else {"json": body}


def everything(house: House, org: str) -> dict[str, Any]:
    """All rows of an organisation, but for the log of who read."""
    with house.place.store.system() as tx:
        return {
            table.name: sorted(map(repr, tx.execute(select(table).where(table.c.organisation == org))))
            for table in TENANTS
            if table is not audit
        }


def secrets_of(ids: dict[str, str]) -> set[str]:
    """What must never appear in an answer to another."""
    return {
        ids[name]
        for name in ("site", "agent", "report", "token", "person", "filing", "device", "replay", "sha", "entity")
    } | {"alpha-7f3k9", "Alpha Works 7f3k9"}


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest) -> tuple[House, dict[str, str]]:
    house: House = request.getfixturevalue("house" if request.param == "sqlite" else "big_house")
    ids = filled(house)
    ids["person"] = ids[user.name]
    return house, ids


def tried(house: House, ids: dict[str, str], who: Person, outside: bool) -> None:
    """Every operation as this person with those ids. `outside`: of another organisation; else of another entity of the same."""
    for method, path in operations(house):
        if path.startswith(OWN) and "{" not in path:
            continue
        there, more = asked(method, path, ids)
        answer = who(method, there, **more)
        told = f"{who.login} {method} {there}: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code < 500, told
        shared = (
            ("/api/v1/packs", "/api/v1/exports") if outside else ("/api/v1/packs", "/api/v1/exports", "/api/v1/replays")
        )
        if "{" in path and not path.startswith(shared):
            assert answer.status_code in (400, 401, 403, 404, 405), told
        leaked = {word for word in secrets_of(ids) if word in answer.text.replace(there, "")}
        assert not leaked - (set() if outside else shared_ones(ids)), f"{told}: {leaked}"


def shared_ones(ids: dict[str, str]) -> set[str]:
    """What the whole organisation shares: packs, and that a replay of them ran."""
    return {ids["sha"], ids["replay"]}


def test_another_organisation_gets_nothing(town: tuple[House, dict[str, str]]) -> None:
    house, ids = town
    house.site("beta", org="Second", entity="Beta Works")
    people = [house.person(role, org="Second") for role in ROLES]
    before = everything(house, house.organisation("First"))
    for who in people:
        tried(house, ids, who, outside=True)
    assert everything(house, house.organisation("First")) == before, "nothing of theirs was changed"


def test_another_entity_of_the_same_organisation_gets_nothing(house: House) -> None:
    ids = filled(house)
    ids["person"] = ids[user.name]
    house.site("beta", entity="Beta Works")
    own = house.person("admin").get("/api/v1/entities")["items"]
    (beta,) = [one["id"] for one in own if one["name"] == "Beta Works"]
    people = [house.person(role, entities=(beta,)) for role in ROLES]
    before = everything(house, house.organisation("First"))
    for who in people:
        tried(house, ids, who, outside=False)
    after = everything(house, house.organisation("First"))
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"session"}, changed
    assert people[0].get("/api/v1/sites")["total"] == 1


FORM = {
    "reason": "x", "site": "{site}", "sites": "{site}", "entity": "{entity}", "firm": "{entity}", "form": "inquiry-record",
    "pack": "{pack}", "device": "{device}", "clause": "{clause}", "accept": "no", "by": "M. Mallory", "date": "2026-01-02",
    "role": "admin", "shut": "yes", "targets": "10.0.0.0/8", "question": "x", "text": "x", "kind": "report",
}  # fmt: skip


def pages(house: House) -> Iterator[tuple[str, str]]:
    """(method, path) of every page that names something by its id."""
    for route in house.client.app.routes:
        path = re.sub(r":\w+\}", "}", route.path)
        if "{" in path and not path.startswith(("/api/", "/static/")):
            methods = {method for one in getattr(route, "route_handlers", ()) for method in one.http_methods}
            yield from ((method, path) for method in sorted(methods - {"OPTIONS", "HEAD"}))


def test_pages_bring_nothing_of_another(house: House) -> None:
    """The same on the pages: as each role of another organisation, and as each role that sees another entity alone."""
    ids = filled(house)
    ids |= {"person": ids[user.name], "firm": ids["entity"]}
    house.site("beta", entity="Beta Works")
    (beta,) = [
        one["id"] for one in house.person("admin").get("/api/v1/entities")["items"] if one["name"] == "Beta Works"
    ]
    people = [
        *(house.person(role, org="Second") for role in ROLES),
        *(house.person(role, entities=(beta,)) for role in ROLES),
    ]
    before, tried_ones = everything(house, house.organisation("First")), 0
    for number, who in enumerate(people):
        for method, path in pages(house):
            there = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path)
            form = {name: re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], value) for name, value in FORM.items()}
            answer = who(method, there, follow_redirects=False, **({"data": form} if method == "POST" else {}))
            told = f"{who.login} {method} {there}: {answer.status_code} {answer.text[:300]}"
            assert answer.status_code < 500, told
            allowed = shared_ones(ids) if number >= len(ROLES) else set()
            leaked = {word for word in secrets_of(ids) if word in answer.text.replace(there, "")} - allowed
            assert not leaked - {ids["site"], ids["device"]} if method == "POST" else not leaked, f"{told}: {leaked}"
            if not path.startswith("/replays") or not allowed:
                assert answer.status_code in (303, 400, 403, 404), told
            tried_ones += 1
    after = everything(house, house.organisation("First"))
    assert {name for name in before if before[name] != after[name]} <= {"session"} and tried_ones > 60


def test_an_agent_gets_nothing_of_another(town: tuple[House, dict[str, str]]) -> None:
    """With its own good signature, on every path."""
    house, ids = town
    agents = [house.agent("beta", org="Second", entity="Beta Works"), house.agent("gamma", entity="Gamma Works")]
    before = everything(house, house.organisation("First"))
    for one in agents:
        for method, path in operations(house):
            if path.startswith(OWN) and "{" not in path:
                continue
            there, more = asked(method, path, ids)
            answer = one.ask(method, there, _body(more))
            told = f"{method} {there}: {answer.status_code} {answer.text[:300]}"
            assert answer.status_code < 500, told
            shared = {ids["sha"]} if one is agents[1] else set()
            assert not {word for word in secrets_of(ids) if word in answer.text} - shared, told
            if not path.startswith(("/api/v1/uploads", "/api/v1/heartbeat", "/api/v1/policy", "/api/v1/packs/{sha}")):
                assert answer.status_code in (400, 401, 403, 404, 405), told
    after = everything(house, house.organisation("First"))
    assert {name for name in before if before[name] != after[name]} <= {"agent", "site"}, "its own heartbeat alone"


def _body(more: dict[str, Any]) -> bytes:
    import msgspec

    return msgspec.json.encode(more["json"]) if "json" in more else b""


def test_a_stranger_gets_nothing(town: tuple[House, dict[str, str]]) -> None:
    house, ids = town
    stranger = Agent(house.client)
    for method, path in operations(house):
        if path.startswith(OWN) or path == "/health":
            continue
        there, more = asked(method, path, ids)
        bare = house.client.request(method, there, **more).status_code
        assert bare == 401 or (bare == 400 and "uploads" in path), (
            there
        )  # a piece without its place is not even asked who sends it
        assert stranger.ask(method, there, _body(more)).status_code in (
            401,
            429,
            *((400,) if "uploads" in path else ()),
        ), there


def test_every_read_of_a_site_is_on_record(house: House) -> None:
    ids = filled(house)
    ids["person"] = ids[user.name]
    who = house.person("admin")
    for method, path in operations(house):
        if (
            method != "GET"
            or "{" not in path
            or path.startswith(("/api/v1/uploads", "/api/v1/packs", "/api/v1/exports", "/api/v1/filings"))
        ):
            continue
        if not {"{site}", "{agent}", "{report}"} & set(re.findall(r"\{\w+\}", path)):
            continue
        there, _ = asked(method, path, ids)
        with house.place.store.system() as tx:
            last = tx.execute(select(audit.c.id).order_by(audit.c.id.desc())).scalars().first() or 0
        assert who(method, there).status_code in (200, 404), there
        with house.place.store.system() as tx:
            rows = tx.execute(select(audit).where(audit.c.id > last, audit.c.site == ids["site"])).all()
        assert rows and {row.name for row in rows} == {who.login}, there


def test_the_roles_are_what_they_say(house: House) -> None:
    """A path that needs a role refuses the one below it, before it looks at anything."""
    people = {role: house.person(role) for role in ROLES}
    from collector.app import app

    needs = {}
    for route in app(house.place).routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in handler.http_methods:
                needs[method, re.sub(r":\w+", "", route.path)] = handler.opt.get("role")
    asked_for = dict.fromkeys(ROLES, 0)
    for (method, path), role in needs.items():
        if role in ("reviewer", "admin"):
            below = people[ROLES[ROLES.index(role) - 1]]
            there = re.sub(r"\{\w+\}", "x", path)
            assert below(method, there, json={}).status_code == 403, f"{method} {there}"
            asked_for[role] += 1
    assert asked_for["admin"] > 10 and asked_for["reviewer"] > 2

"""Two who write the same at one moment, against a real PostgreSQL: one stands, the other is told so, and nothing is half-written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from collector.intake import enrol
from collector.people import accounts
from collector.people.register import checked, taken
from collector.rows import clocks
from collector.store.tables import agent, clock, filing, organisation, policy, site, token, user
from model.enrolment import Enrol, token_digest
from model.keys import pem
from model.report import Site
from model.statement import Envelope
from tests.collector.house import House, Person
from tests.collector.site import HUAWEI, Agent, evidence, judged
from tests.collector.test_intake import refused
from tests.collector.test_turns import beside

pytestmark = pytest.mark.needs("py:litestar")
WISH = "/api/v1/sites/hq/policy"


def second(house: House, first: Callable[[Any], Any], ask: Callable[[], Any]) -> Any:
    """The answer to `ask`, which came while `first(tx)` was done and not yet seen by anybody."""
    with house.place.store.system(write=True) as tx:
        first(tx)
        with beside(house, ask) as done:
            assert not done.done(), "it waits for who was first"
            tx.commit()
            return done.result(20)


@pytest.fixture
def admin(big_house: House) -> Person:
    big_house.site("hq")
    return big_house.person()


def test_two_policies_of_one_site(big_house: House, admin: Person) -> None:
    org = big_house.organisation()

    def first(tx: Any) -> None:
        where = tx.execute(select(site.c.id)).scalar_one()
        tx.execute(insert(policy).values(organisation=org, site=where, serial=1, issued_at="t", payload="{}"))

    refused(second(big_house, first, partial(admin, "POST", WISH, json={})), 409, "at-once", False)
    assert admin("POST", WISH, json={}).json()["serial"] == 2


def test_two_lists_with_one_new_site(big_house: House, admin: Person) -> None:
    org = big_house.organisation()
    csv = "site,entity\nb,Example Marine LLC\nc,Example Marine LLC\n"
    ask = partial(admin, "POST", "/api/v1/register", json={"csv": csv})
    line = [checked({"site": "c", "entity": "Example Marine LLC"}, "t")]
    refused(second(big_house, lambda tx: taken(tx, org, line), ask), 409, "at-once", False)
    assert {one["ref"] for one in admin.get("/api/v1/sites")["items"]} == {"hq", "c"}, "all of a list or nothing"
    assert ask().json()["added"] == 1


def test_two_people_of_one_login(big_house: House, admin: Person) -> None:
    org = big_house.organisation()
    ask = partial(admin, "POST", "/api/v1/people", json={"login": "eve", "role": "viewer"})
    first = partial(accounts.added, org=org, login="eve", role="viewer")
    refused(second(big_house, lambda tx: first(tx), ask), 409, "at-once", False)


def test_two_admins_who_change_each_other(big_house: House, admin: Person) -> None:
    """One of them stays an admin: the other's rights are looked at as they are when it comes to it."""
    other = big_house.person()
    with big_house.place.store.system() as tx:
        ids = {row.login: row.id for row in tx.execute(select(user))}

    def first(tx: Any) -> None:
        tx.execute(update(user).where(user.c.id == ids[other.login]).values(role="viewer"))

    ask = partial(other, "PATCH", f"/api/v1/people/{ids[admin.login]}", json={"role": "viewer"})
    refused(second(big_house, first, ask), 403, "role")
    with big_house.place.store.system() as tx:
        roles = dict(tx.execute(select(user.c.login, user.c.role)).all())
    assert roles == {admin.login: "admin", other.login: "viewer"}


def test_two_who_decide_for_the_organisation(big_house: House, admin: Person) -> None:
    """Each decides another thing: both stand."""

    def first(tx: Any) -> None:
        tx.execute(select(organisation.c.id).with_for_update())
        tx.execute(update(organisation).values(settings='{"silent_days":7}'))

    answer = second(big_house, first, partial(admin, "PATCH", "/api/v1/organisation", json={"markings": ["", "CUI"]}))
    assert answer.status_code == 200 and answer.json()["rules"]["silent_days"] == 7, answer.text


def test_two_who_sign_one_paper(big_house: House, admin: Person) -> None:
    (firm,) = admin.get("/api/v1/entities")["items"]
    paper = admin("POST", "/api/v1/filings", json={"entity": firm["id"], "form": "far-52.240-90"}).json()

    def first(tx: Any) -> None:
        tx.execute(update(filing).values(state="signed", signed_by="A. Roe", signed_body="x"))

    body = {"base64": "UERG", "by": "B. Roe", "date": "2026-11-30", "media": "application/pdf"}
    refused(
        second(big_house, first, partial(admin, "POST", f"/api/v1/filings/{paper['id']}/sign", json=body)),
        409,
        "signed",
    )
    assert admin.get(f"/api/v1/filings/{paper['id']}")["signed_by"] == "A. Roe"


def test_one_key_that_comes_twice(big_house: House, admin: Person) -> None:
    """The same enrolment again while the first is being written is the same agent: the answer was lost on the way, no more."""
    word, one = big_house.token("hq"), Agent(big_house.client)
    key = one.key.public_key()

    def first(tx: Any) -> None:
        held = tx.execute(select(token).where(token.c.sha256 == token_digest(word))).one()
        enrol._added(tx, held, Enrol(word, pem(key).decode(), "desk", "e", Envelope("", "", ())), key)

    answer = second(big_house, first, partial(one.enrol, word))
    assert answer.status_code == 201, answer.text
    with big_house.place.store.system() as tx:
        assert tx.execute(select(agent.c.id)).scalar_one() == one.home.agent


def test_two_who_look_at_one_preview(big_house: House, admin: Person) -> None:
    org, now = big_house.organisation(), "2026-11-30T00:00:00.000000Z"
    report = judged(evidence(Site(id="hq"), {"10.0.0.1": HUAWEI}))
    with big_house.place.store.system() as tx:
        where = tx.execute(select(site.c.id)).scalar_one()

    def looked(tx: Any) -> int:
        return clocks.opened(tx, org, where, report, "sha256:x", "preview", now)

    def other() -> None:
        with big_house.place.store.tenant(org, write=True) as tx:
            looked(tx)

    second(big_house, looked, other)
    with big_house.place.store.system() as tx:
        assert tx.execute(select(func.count()).select_from(clock)).scalar_one() > 0

"""Who gets in: passwords, codes, shutting after wrong tries, sessions, the CSRF word, roles, invitations; and what pages may load."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from collector.people import accounts, passwords
from collector.store.tables import audit, session
from tests.collector.house import House

pytestmark = pytest.mark.needs("py:litestar")
GOOD = "correct horse battery"


@pytest.fixture
def ada(house: House) -> House:
    org = house.organisation()
    with house.place.store.system(write=True) as tx:
        accounts.added(tx, org, "ada", "admin", password=GOOD)
    return house


def login(house: House, password: str = GOOD, name: str = "ada", code: str = "") -> Any:
    return house.client.post("/api/v1/login", json={"login": name, "password": password, "code": code})


def test_codes_are_those_of_the_rfc() -> None:
    """RFC 6238, appendix B (SHA-1), its last six digits."""
    import base64

    secret = base64.b32encode(b"12345678901234567890").decode()
    given = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {at: passwords.code(secret, at // 30) for at in given} == given


def test_a_session_begins_and_ends(ada: House) -> None:
    answer = login(ada)
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    csrf = answer.json()["csrf"]
    assert ada.client.get("/api/v1/me").json()["login"] == "ada"
    assert ada.client.post("/api/v1/logout").json()["error"] == "csrf"
    assert ada.client.post("/api/v1/logout", headers={"X-CSRF-Token": "x"}).status_code == 403
    assert ada.client.post("/api/v1/logout", headers={"X-CSRF-Token": csrf}).status_code == 200
    assert ada.client.get("/api/v1/me").status_code == 401
    with ada.place.store.system() as tx:
        assert tx.execute(select(session)).first() is None


def test_a_cookies_word_is_not_kept(ada: House) -> None:
    word = login(ada).cookies["laydown"]
    with ada.place.store.system() as tx:
        assert word not in str(tx.execute(select(session)).all())


def test_one_address_does_not_try_all_accounts(ada: House) -> None:
    from collector.views import me

    me.TRIES._held.clear()
    answers = [login(ada, name=f"n{n}").status_code for n in range(24)]
    assert answers[:20] == [401] * 20 and 429 in answers[20:]
    me.TRIES._held.clear()


def test_a_second_factor_is_asked_for_and_serves_once(ada: House, monkeypatch: pytest.MonkeyPatch) -> None:
    csrf = {"X-CSRF-Token": login(ada).json()["csrf"]}
    secret = ada.client.post("/api/v1/me/authenticator", headers=csrf).json()["secret"]
    assert (
        ada.client.post(
            "/api/v1/me/authenticator/confirm", headers=csrf, json={"secret": secret, "code": "000000"}
        ).status_code
        == 400
    )
    from collector.clock import now

    step = int(now().timestamp() // 30)
    first, second = (
        passwords.code(secret, step),
        passwords.code(secret, step + 1),
    )  # still good if a step ends meanwhile
    assert (
        ada.client.post(
            "/api/v1/me/authenticator/confirm", headers=csrf, json={"secret": secret, "code": first}
        ).status_code
        == 200
    )
    assert login(ada).status_code == 401, "the password alone is not enough"
    assert login(ada, code=first).status_code == 401, "a code that was used is over"
    again = login(ada, code=second)
    assert again.status_code == 200
    csrf = {"X-CSRF-Token": again.json()["csrf"]}
    assert (
        ada.client.post(
            "/api/v1/me/authenticator/confirm", headers=csrf, json={"secret": secret, "code": first}
        ).status_code
        == 409
    )


def test_an_invitation_serves_once(house: House) -> None:
    admin = house.person("admin")
    made = admin("POST", "/api/v1/people", json={"login": "bob", "role": "reviewer"}).json()
    assert (
        house.client.post(
            "/api/v1/invitation", json={"invitation": made["invitation"], "password": "short"}
        ).status_code
        == 400
    )
    assert (
        house.client.post("/api/v1/invitation", json={"invitation": made["invitation"], "password": GOOD}).status_code
        == 200
    )
    assert (
        house.client.post("/api/v1/invitation", json={"invitation": made["invitation"], "password": GOOD}).status_code
        == 403
    )
    assert login(house, name="bob").json()["role"] == "reviewer"


def test_a_change_of_rights_ends_sessions(house: House) -> None:
    admin, other = house.person("admin"), house.person("admin")
    (row,) = [one for one in admin.get("/api/v1/people")["items"] if one["login"] == other.login]
    assert admin("PATCH", f"/api/v1/people/{row['id']}", json={"role": "viewer"}).json()["role"] == "viewer"
    assert other("GET", "/api/v1/me").status_code == 401
    (mine,) = [one for one in admin.get("/api/v1/people")["items"] if one["login"] == admin.login]
    assert admin("PATCH", f"/api/v1/people/{mine['id']}", json={"shut": True}).status_code == 409, (
        "an organisation keeps an admin"
    )


def test_what_is_done_is_on_record(house: House) -> None:
    admin = house.person("admin")
    admin("POST", "/api/v1/people", json={"login": "bob", "role": "viewer"})
    assert (
        admin(
            "PATCH", "/api/v1/organisation", json={"markings": ["", "CUI"], "keep_days": {"evidence": 30}}
        ).status_code
        == 200
    )
    assert admin("PATCH", "/api/v1/organisation", json={"keep_days": {"everything": 1}}).status_code == 400
    log = [(one["action"], one["name"]) for one in admin.get("/api/v1/audit")["items"]]
    assert ("person added", admin.login) in log and ("rules decided", admin.login) in log
    with house.place.store.system() as tx:
        assert all(row.address for row in tx.execute(select(audit)))


def test_a_page_may_load_from_here_alone(house: House) -> None:
    for path in ("/health", "/api/v1/me", "/nowhere"):
        held = house.client.get(path).headers
        policy = held["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert held["x-content-type-options"] == "nosniff" and held["cache-control"] == "no-store"


def test_who_is_not_signed_in_is_led_to_the_door(house: House) -> None:
    from litestar import get
    from litestar.testing import TestClient

    from collector.app import app

    @get("/page", sync_to_thread=False)
    def page() -> str:
        return "inside"

    held = app(house.place)
    held.register(page)
    with TestClient(held) as client:
        answer = client.get("/page", follow_redirects=False, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")

"""Signing in by a real OpenID Connect provider on loopback; what is spoilt at any point lets nobody in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select

from collector import settings
from collector.people import accounts
from collector.store.tables import user
from tests.collector.house import House

pytestmark = pytest.mark.needs("py:litestar", "py:flask", "py:authlib")


@pytest.fixture
def meeting(house: House, tmp_path: Any) -> Iterator[tuple[House, Any]]:
    """A collector whose people sign in by a provider, which knows ada."""
    from collector.views import me
    from tests.collector.provider import SECRET, Provider

    me.TRIES._held.clear()
    org = house.organisation()
    with house.place.store.system(write=True) as tx:
        accounts.added(tx, org, "ada@example.org", "reviewer")
    (tmp_path / "secret").write_text(SECRET + "\n")
    with Provider() as provider:
        said = settings.Provider(provider.issuer, "laydown", str(tmp_path / "secret"), org)
        house.place.settings = msgspec.structs.replace(house.place.settings, provider=(said,))
        provider.client.redirects.add("http://testserver.local/api/v1/oidc/0/back")
        yield house, provider


def signed_in(house: House, change: Any = None) -> Any:
    """Go the whole way; the last answer. `change`: of the address on the way back."""
    first = house.client.get("/api/v1/oidc/0", follow_redirects=False)
    assert first.status_code == 302, first.text
    back = httpx.get(first.headers["location"], timeout=20)
    assert back.status_code == 302, back.text
    where = back.headers["location"]
    return house.client.get(change(where) if change else where, follow_redirects=False)


def test_who_the_provider_knows_is_let_in(meeting: tuple[House, Any]) -> None:
    house, provider = meeting
    assert house.client.get("/api/v1/oidc").json() == [{"name": "Single sign-on", "begin": "/api/v1/oidc/0"}]
    answer = signed_in(house)
    assert (answer.status_code, answer.headers["location"]) == (302, "/"), answer.text
    assert house.client.get("/api/v1/me").json()["login"] == "ada@example.org"
    provider.person["email"] = "new.name@example.org"
    assert signed_in(house).status_code == 302, "the subject counts, once it is bound; a name may change"
    assert house.client.get("/api/v1/me").json()["login"] == "ada@example.org"
    provider.person["sub"], provider.person["email"] = "s-2", "ada@example.org"
    assert signed_in(house).status_code == 403, "nobody takes over a bound account by its name"


def test_what_is_spoilt_lets_nobody_in(meeting: tuple[House, Any]) -> None:
    house, provider = meeting
    assert signed_in(house, lambda url: url.replace("state=", "state=x")).json()["error"] == "oidc"
    assert signed_in(house, lambda url: url.replace("code=", "code=x")).status_code == 403
    for spoil in ({"iss": "http://127.0.0.1:1"}, {"exp": -600}, {"key": RSAKey.generate_key(2048, {"kid": "k1"})}):
        provider.spoil = spoil
        assert signed_in(house).status_code == 403, spoil
    provider.spoil = {}
    provider.person["email_verified"] = False
    assert signed_in(house).status_code == 403
    del provider.person["email_verified"]
    assert signed_in(house).status_code == 403, "unsaid is not verified"
    org = house.organisation()
    with house.place.store.system(write=True) as tx:
        accounts.added(tx, org, "bob@example.org", "admin", password="correct horse battery staple")
    provider.person = {"sub": "s-3", "email": "bob@example.org", "email_verified": True}
    assert signed_in(house).status_code == 403, "an account with a password is not taken over by its name"
    assert house.client.get("/api/v1/me").status_code == 401


def test_a_code_serves_once_and_in_the_browser_that_began(meeting: tuple[House, Any]) -> None:
    house, _ = meeting
    first = house.client.get("/api/v1/oidc/0", follow_redirects=False)
    where = httpx.get(first.headers["location"], timeout=20).headers["location"]
    assert parse_qs(urlsplit(first.headers["location"]).query)["code_challenge_method"] == ["S256"]
    kept = dict(house.client.cookies)
    house.client.cookies.clear()
    assert house.client.get(where, follow_redirects=False).status_code == 403
    house.client.cookies.update(kept)
    assert house.client.get(where, follow_redirects=False).status_code == 302
    house.client.cookies.update(kept)
    assert house.client.get(where, follow_redirects=False).status_code == 403


def test_strangers_get_in_where_the_settings_say_so(meeting: tuple[House, Any]) -> None:
    house, provider = meeting
    provider.person = {"sub": "s-9", "email": "eve@example.org", "email_verified": True}
    assert signed_in(house).status_code == 403
    (held,) = house.place.settings.provider
    house.place.settings = msgspec.structs.replace(
        house.place.settings, provider=(msgspec.structs.replace(held, role="viewer"),)
    )
    assert signed_in(house).status_code == 302
    with house.place.store.system() as tx:
        assert tx.execute(select(user.c.role).where(user.c.login == "eve@example.org")).scalar() == "viewer"


def test_a_provider_that_is_away_is_told(meeting: tuple[House, Any]) -> None:
    house, provider = meeting
    provider.__exit__()
    provider.server.server_close()
    assert house.client.get("/api/v1/oidc/0", follow_redirects=False).status_code == 503

"""Signing in under attack: nobody learns who has an account, nobody keeps its owner out, and what a try costs is bounded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, select, update

from collector.clock import ahead
from collector.keep import swept
from collector.people import accounts, knocks, passwords, turn
from collector.refused import Refused
from collector.store.tables import knock, user
from collector.views.me import TRIES
from tests.collector.house import House

pytestmark = pytest.mark.needs("py:litestar")
GOOD, BAD = "correct horse battery", "wrong wrong wrong"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MOMENT = datetime(2026, 11, 30, 12, 0, 10, tzinfo=UTC)
HOME, AWAY = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def ada(house: House) -> House:
    org = house.organisation()
    with house.place.store.system(write=True) as tx:
        accounts.added(tx, org, "ada", "admin", password=GOOD)
    return house


def tried(
    house: House, password: str = BAD, where: str = AWAY, name: str = "ada", code: str = "", hurried: bool = False
) -> str:
    """The word of the refusal, "in" for none."""
    try:
        accounts.signed_in(house.place.store, name, password, code, where, hurried)
    except Refused as no:
        return f"{no.status} {no.said.error}"
    return "in"


def code_now(steps: int = 0) -> str:
    return passwords.code(SECRET, int(MOMENT.timestamp()) // passwords.STEP + steps)


def with_factor(house: House) -> None:
    with house.place.store.system(write=True) as tx:
        tx.execute(update(user).values(totp=SECRET, totp_used=0))


def spread(house: House, count: int = knocks.EVERYWHERE, name: str = "ada") -> list[str]:
    """One wrong try from each of many places."""
    return [tried(house, where=f"203.0.113.{n}", name=name) for n in range(count)]


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash of a thousandth of the work, for tests of many tries: the same library, the same form."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()
    yield  # type: ignore[misc]
    passwords._nobody.cache_clear()


def test_a_name_that_is_there_is_told_as_one_that_is_not(ada: House) -> None:
    """Word for word, through the shutting, over HTTP."""
    TRIES._held.clear()

    def told(name: str) -> list[tuple[int, Any]]:
        said = []
        for _ in range(knocks.FREE + 2):
            answer = ada.client.post("/api/v1/login", json={"login": name, "password": BAD})
            words = answer.json()
            said.append((answer.status_code, words["error"], words["what"], words["remedy"].partition(" until ")[0]))
        return said  # type: ignore[return-value]

    there, nobody = told("ada"), told("nobody")
    assert there == nobody and [one[0] for one in there] == [401] * knocks.FREE + [429] * 2
    TRIES._held.clear()
    page = [
        ada.client.post("/login", data={"login": name, "password": BAD, "code": ""}, headers={"accept": "text/html"})
        for name in ("ada", "nobody")
    ]
    assert {one.status_code for one in page} == {429}


def test_a_name_that_is_there_costs_what_one_that_is_not_does(ada: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, since a clock is noisy: hashes and commits are what takes time, and both are the same at every try."""
    done: list[str] = []
    event.listen(ada.place.store.engine, "commit", lambda _: done.append("commit"))
    real = passwords.HASHER

    class Counting:
        def verify(self, *given: str) -> bool:
            done.append("hash")
            return real.verify(*given)

        hash = real.hash

    monkeypatch.setattr(passwords, "HASHER", Counting())

    def cost(name: str) -> list[list[str]]:
        costs = []
        for _ in range(knocks.FREE + 2):
            done.clear()
            tried(ada, name=name)
            costs.append(list(done))
        return costs

    there, nobody = cost("ada"), cost("nobody")
    assert there == nobody and there[0].count("hash") == 1 and there[-1].count("hash") == 0


@pytest.mark.usefixtures("cheap")
def test_a_stranger_does_not_keep_the_owner_out(ada: House) -> None:
    """Neither from one place, nor from so many that strange places are shut: where somebody signed in before they get in."""
    assert tried(ada, GOOD, HOME) == "in"
    for _ in range(20):
        tried(ada)
    assert tried(ada) == "429 locked" and tried(ada, GOOD, HOME) == "in"
    assert set(spread(ada)) == {"401 login", "429 locked"}
    assert tried(ada, GOOD, "203.0.113.250") == "429 locked", "a strange place, and nothing else says that it is they"
    assert tried(ada, GOOD, HOME) == "in" and tried(ada, GOOD, "203.0.113.251") == "429 locked"
    assert spread(ada, name="nobody")[-1] == "401 login" and tried(ada, name="nobody", where=HOME) == "429 locked"


@pytest.mark.usefixtures("cheap")
def test_the_second_factor_opens_what_strangers_shut(ada: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the very place that was shut too; but a code serves for one password, and a wrong code opens nothing."""
    with_factor(ada)
    monkeypatch.setattr(accounts, "now", lambda: MOMENT)  # no step of the codes passes in the midst
    for _ in range(knocks.FREE):
        assert tried(ada) == "401 login"
    assert tried(ada, GOOD) == "429 locked" and tried(ada, GOOD, code="000000") == "429 locked"
    code = code_now(-1)
    assert tried(ada, BAD, code=code) == "401 login"
    assert tried(ada, GOOD, code=code) == "429 locked", "it was spent on a wrong password"
    assert tried(ada, GOOD, code=code_now()) == "in"
    assert tried(ada, GOOD, code=code_now(1), hurried=True) == "in", "when too many come from one address too"
    assert tried(ada, GOOD, code=code_now(1), hurried=True) == "429 rate"


@pytest.mark.usefixtures("cheap")
def test_trying_on_keeps_nothing_shut(ada: House) -> None:
    """The minutes pass, whatever is tried meanwhile; one more wrong try then takes two; a day later all is forgotten."""
    for _ in range(knocks.FREE + 30):
        tried(ada)
    with ada.place.store.system(write=True) as tx:
        until = dict(tx.execute(select(knock.c.source, knock.c.until)).all())
        assert ahead(50) < (until[AWAY] or "") < ahead(61) and until[""] is None
        tx.execute(update(knock).values(until=ahead(-1)))
    assert tried(ada) == "401 login"
    with ada.place.store.system(write=True) as tx:
        assert (tx.execute(select(knock.c.until).where(knock.c.source == AWAY)).scalar() or "") > ahead(110)
        tx.execute(update(knock).values(at=ahead(-knocks.DAY - 1)))
    swept(ada.place)
    assert tried(ada, GOOD) == "in"


def test_what_waits_for_a_hash_is_bounded_and_who_is_known_has_room(ada: House) -> None:
    """Two at a time; strangers beyond a few are asked to come again at once, and whoever is known still waits their turn."""
    with ThreadPoolExecutor(turn.STRANGERS + 1) as pool:
        held = [turn.turn(known=False) for _ in range(turn.AT_ONCE)]
        for one in held:
            one.__enter__()
        waiting = [pool.submit(tried, ada, GOOD, f"192.0.2.{n}") for n in range(turn.STRANGERS - turn.AT_ONCE)]
        while turn._here < turn.STRANGERS:
            pass
        assert tried(ada, GOOD, AWAY) == "503 busy"
        with ada.place.store.system(write=True) as tx:
            tx.execute(update(knock).where(knock.c.source == AWAY).values(known_at=ahead(0)))
        known = pool.submit(tried, ada, GOOD, AWAY)
        for one in held:
            one.__exit__(None, None, None)
        assert [one.result(20) for one in (*waiting, known)] == ["in"] * (len(waiting) + 1)
    assert turn._here == 0


def test_an_admin_opens_what_is_shut(ada: House) -> None:
    for _ in range(knocks.FREE):
        tried(ada)
    admin = ada.person()
    with ada.place.store.system() as tx:
        ident = tx.execute(select(user.c.id).where(user.c.login == "ada")).scalar_one()
    assert tried(ada, GOOD) == "429 locked"
    assert admin("PATCH", f"/api/v1/people/{ident}", json={"shut": False}).status_code == 200
    assert tried(ada, GOOD) == "in"


@pytest.mark.parametrize(
    ("address", "place"),
    [(HOME, HOME), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", ""), ("testclient", "testclient")],
)
def test_a_place_is_an_address_or_a_network(address: str, place: str) -> None:
    assert knocks.place_of(address) == place

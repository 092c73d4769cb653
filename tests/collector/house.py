"""House: a collector, its application called in this process, its people and its agents."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from litestar.testing import TestClient
from sqlalchemy import select

from collector.app import app
from collector.people import accounts, sessions, tokens
from collector.people.organisations import added, first
from collector.people.register import checked, taken
from collector.place import DATABASE, Place, made, opened
from collector.quick import Quick
from collector.rows.writer import Writer
from collector.setup import ready_made
from collector.store.tables import organisation, user
from collector.views.me import TRIES
from tests.collector.site import Agent


@cache
def _empty() -> Path:
    """A database that the migrations have made: made once, since they have tests of their own."""
    held = tempfile.TemporaryDirectory(prefix="ldhouse")
    atexit.register(held.cleanup)
    folder = Path(held.name)
    made(folder)
    place = opened(folder, checked=False)
    ready_made(place)
    place.store.close()  # the last connection brings the log into the file
    return folder / DATABASE


class House:
    """`with House(folder)`: `client` calls without login; `person(...)`, `agent(...)` make those who do."""

    def __init__(self, folder: Path, database: str = "", quick: bool = False) -> None:
        made(folder)
        if not database:
            shutil.copyfile(_empty(), folder / DATABASE)
        place = opened(folder, database, checked=False)
        if database:
            ready_made(place)
        first(place, "First")
        TRIES._held.clear()  # each house is another day: what others tried to sign in counts no more
        self.place: Place = place
        self.client: TestClient[Any] = TestClient(
            Quick(app(place)) if quick else app(place), raise_server_exceptions=False
        )

    def __enter__(self) -> House:
        self.client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.__exit__(kind, fault, trace)
        self.place.store.close()

    def organisation(self, name: str = "First") -> str:
        """The id of an organisation, made if need be."""
        with self.place.store.system(write=True) as tx:
            found = tx.execute(select(organisation.c.id).where(organisation.c.name == name)).scalar()
            return str(found) if found else added(tx, name)

    def site(self, ref: str, entity: str = "Example Marine LLC", org: str = "First", **more: str) -> None:
        """A site in the register."""
        name = self.organisation(org)
        with self.place.store.system(write=True) as tx:
            taken(tx, name, [checked({"site": ref, "entity": entity, **more}, "test")])

    def agent(self, ref: str, org: str = "First", **more: str) -> Agent:
        """An agent that is enrolled for the site."""
        self.site(ref, org=org, **more)
        agent = Agent(self.client)
        assert agent.enrol(self.token(ref, org)).status_code == 201
        return agent

    def token(self, ref: str, org: str = "First") -> str:
        """A token for the site."""
        name = self.organisation(org)
        with self.place.store.system(write=True) as tx:
            return tokens.issued(tx, name, [ref], "test")[0].token

    def person(self, role: str = "admin", org: str = "First", entities: tuple[str, ...] = ()) -> Person:
        """Somebody with a bearer token."""
        name = self.organisation(org)
        with self.place.store.system(write=True) as tx:
            login = f"{role}-{len(tx.execute(select(user.c.id)).all())}"
            made = accounts.added(tx, name, login, role, entities=entities)
            word, _ = sessions.opened(tx, name, made, "bearer")
        return Person(self.client, word, login)

    def rows(self) -> int:
        """Write the rows of what waits."""
        return Writer(self.place).drained()


class Person:
    """Somebody who asks with a bearer token."""

    def __init__(self, client: Any, word: str, login: str) -> None:
        self.client, self.word, self.login = client, word, login

    def __call__(self, method: str, path: str, **more: Any) -> Any:
        """One request; the response."""
        return self.client.request(method, path, headers={"Authorization": f"Bearer {self.word}"}, **more)

    def get(self, path: str, **more: Any) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

"""Which agent asks: by the signature over this very request. Its row, and what it may."""

from time import monotonic
from typing import Any

from sqlalchemy import Row, bindparam, select

from collector.intake.answers import unsigned
from collector.intake.nonces import Nonces
from collector.place import Place
from collector.refused import Refused
from collector.store.tables import agent, old_key, organisation, site
from model.keys import Public, public
from model.signed_request import asked, parsed, proves
from model.trouble import Trouble

NOBODY = "the key is not enrolled here"
LIFE, MOST = 5.0, 10_000  # seconds for which a caller is believed, and how many are held


class Caller:
    """An agent that proved itself: its row, its site's and its organisation's settings."""

    def __init__(self, row: Row[Any], key: Public, former: dict[str, Public]) -> None:
        self.row, self.key, self.former = row, key, former
        self.id: str = row.id
        self.organisation: str = row.organisation
        self.site: str = row.site
        self.ref: str = row.ref

    @classmethod
    def of(cls, place: Place, row: Row[Any]) -> "Caller":
        """The caller of a row of `row_of`."""
        return cls(row, public(row.key.encode(), "the key in the store"), _former(place, row) if row.rotated else {})

    @property
    def keys(self) -> dict[str, Public]:
        """By id: what it signs with now, and what it signed with before, since a parcel may have waited."""
        return {**self.former, self.row.keyid: self.key}


class Callers:
    """Agents that asked lately, so that each piece of an upload need not ask the store who sends it.

    An agent that is revoked here is out at once; by another process, or by a command, within `LIFE` seconds.
    """

    def __init__(self, place: Place, nonces: Nonces) -> None:
        self._place, self._nonces = place, nonces
        self._held: dict[str, tuple[float, Caller]] = {}

    def forget(self) -> None:
        """Ask the store again from now on."""
        self._held.clear()

    def caller(self, method: str, path: str, body: bytes, header: str) -> Caller:
        """The agent behind a request; Refused where it is none, another, or no more."""
        try:
            told = parsed(header)
        except Trouble as fault:
            raise unsigned(fault.what, fault.remedy) from None
        found = self._fresh(told.keyid) or self._read(told.keyid)
        if not proves(found.key, told, asked(method, path, body, told.at, told.nonce)):
            raise unsigned("the signature is not over this request")
        self._nonces.take(told)
        if found.row.revoked_at:
            raise Refused(401, "revoked", "this agent was revoked", "enrol again with a new token", final=True)
        if found.row.closed_at:
            raise Refused(403, "closed", "this site is closed", "ask whoever runs the register", final=True)
        return found

    def _fresh(self, keyid: str) -> Caller | None:
        held = self._held.get(keyid)
        return held[1] if held is not None and monotonic() - held[0] < LIFE else None

    def _read(self, keyid: str) -> Caller:
        row = row_of(self._place, "keyid", keyid)
        if row is None:
            raise unsigned(NOBODY)
        found = Caller.of(self._place, row)
        if len(self._held) > MOST:
            self._held.clear()
        self._held[keyid] = (monotonic(), found)
        return found


ROTATED = select(old_key.c.keyid).where(old_key.c.agent == agent.c.id, old_key.c.organisation == agent.c.organisation)
ROW = (
    select(agent, site.c.ref, site.c.closed_at, organisation.c.settings, ROTATED.exists().label("rotated"))
    .join(site, (site.c.organisation == agent.c.organisation) & (site.c.id == agent.c.site))
    .join(organisation, organisation.c.id == agent.c.organisation)
)
BY = {name: ROW.where(agent.c[name] == bindparam("value")) for name in ("keyid", "id")}


def row_of(place: Place, which: str, value: str) -> Row[Any] | None:
    """The row of one agent, by its `keyid` or `id`, with its site and its organisation's settings; None where there is none."""
    with place.store.system() as tx:
        return tx.execute(BY[which], {"value": value}).first()


def _former(place: Place, row: Row[Any]) -> dict[str, Public]:
    with place.store.tenant(row.organisation) as tx:
        held = tx.execute(
            select(old_key.c.keyid, old_key.c.key).where(
                old_key.c.organisation == row.organisation, old_key.c.agent == row.id
            )
        )
        return {one.keyid: public(one.key.encode(), "a former key in the store") for one in held}

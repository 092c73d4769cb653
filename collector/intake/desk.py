"""The intake of one process: a request proved, a piece added, a whole parcel verified, kept, and its receipt given."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import msgspec

from collector.clock import now
from collector.intake import uploads
from collector.intake.agents import Caller, Callers
from collector.intake.commits import Arrived, Commits, known, signed, stage
from collector.intake.frame import size_of
from collector.intake.nonces import Nonces
from collector.intake.packs import Packs
from collector.intake.quota import Quota
from collector.intake.rates import Rates
from collector.intake.verify import Held, Sender, verified
from collector.place import Place
from collector.refused import Refused
from collector.settings import rules_of
from model.parcel import PIECE
from model.receipt import Receipt, Upload
from model.signed_request import FORM

HEAVY = 8 * 1024 * 1024  # bytes: what unpacks to more is verified one after another, so that memory is bounded
SLOW, LONG, LINES = (
    1.0,
    5.0,
    64,
)  # seconds that a refusal for asking too often takes; the longer, from so many at once on
SMALL = 64 * 1024  # bytes: what is unpacked and verified in less time than a thread takes to be handed it


class Intake:
    """Over one place. `backlog`: how many parcels wait for their rows; set by whoever writes them."""

    def __init__(self, place: Place) -> None:
        self.place, self.commits = place, Commits(place)
        self.callers = Callers(place, Nonces(place.store, place.folder))
        self.quota, self.packs = Quota(place), Packs(place)
        limits = place.settings.limits
        # A sixth of a minute's worth at once, then as the minute goes on: a burst is short, and the others hardly feel it.
        self.requests, self.bytes = Rates(max(1, limits.requests // 6), 10), Rates(limits.bytes, 60)
        self.strangers = Rates(limits.requests, 60)
        self._heavy = threading.Semaphore(1)
        self._quick = place.store.dialect == "sqlite"
        self._slow: dict[str, int] = {}
        self.backlog = 0

    def quick(self, header: str, size: int) -> bool:
        """Whether a request is done with so soon that handing it to a thread would cost more: SQLite's readers wait for nobody."""
        return self._quick and size <= SMALL and FORM.fullmatch(header.strip()) is not None

    async def slowed(self, header: str, address: str) -> None:
        """Let who asks too often wait for the refusal: else a refusal a millisecond would be what it costs the others."""
        name = f"{address} {header[:90]}"
        self._slow[name] = self._slow.get(name, 0) + 1
        try:
            await asyncio.sleep(SLOW if self._slow[name] <= LINES else LONG)
        finally:
            self._slow[name] -= 1
            if not self._slow[name]:
                del self._slow[name]

    def caller(self, method: str, path: str, body: bytes, header: str, address: str) -> Caller:
        """Who asks; Refused for strangers, who are counted by their address, and for who asks too often."""
        try:
            found = self.callers.caller(method, path, body, header)
        except Refused as no:
            if no.status == 401 and no.said.error == "signature":
                self.strangers.take(address, 1)
            raise
        self.requests.take(found.id, 1)
        return found

    def state(self, who: Caller, digest: str) -> Upload:
        """How far an upload is, or its receipt."""
        done = self._known(who, digest)
        return Upload(uploads.size(self.place, who.id, digest), signed(self.place, done) if done else None)

    def _known(self, who: Caller, digest: str) -> bytes | None:
        """The payload of the receipt of a parcel that was taken; Refused where another agent sent it."""
        with self.place.store.tenant(who.organisation) as tx:
            payload = known(tx, who.organisation, [digest]).get(digest)
        if payload is not None and msgspec.json.decode(payload, type=Receipt).agent != who.id:
            remedy = "look which of two machines holds this key"
            raise Refused(409, "another", "another agent has sent these bytes", remedy, final=True)
        if payload is not None:  # a kill between receipt and removal left the half of what was taken
            uploads.dropped(self.place, who.id, digest)
        return payload

    def piece(self, who: Caller, digest: str, offset: int, size: int, body: bytes) -> "Upload | Future[bytes]":
        """Add a piece; the Future of a receipt's payload once all is there and holds.

        What comes whole is looked up only where it is refused: the commit finds what was taken before by itself.
        """
        whole = offset == 0 and len(body) == size
        if not whole and (done := self._known(who, digest)) is not None:
            return Upload(size, signed(self.place, done))
        try:
            self._may(who, offset, size, body)
            data = uploads.added(self.place, who.id, digest, offset, size, body)
            return Upload(offset + len(body)) if data is None else self.whole(who, digest, data)
        except Refused:
            if whole and (done := self._known(who, digest)) is not None:
                return Upload(size, signed(self.place, done))
            raise

    def whole(self, who: Caller, digest: str, data: bytes) -> "Future[bytes]":
        """Verify and keep what is complete. What is refused for good leaves no half upload behind."""
        try:
            with self._weighed(data):
                held = verified(data, sender(who), now())
            if held.lacks:
                self.packs.checked(who.organisation, held.lacks)
            made = arrived(self.place, who, digest, data, held)
        except Refused:
            uploads.dropped(self.place, who.id, digest)
            raise
        return self.commits.submit(made)

    @contextmanager
    def _weighed(self, data: bytes) -> Iterator[None]:
        if size_of(data) < HEAVY:
            yield
        else:
            with self._heavy:
                yield

    def _may(self, who: Caller, offset: int, size: int, body: bytes) -> None:
        """Refused for what is too large, too much for this agent, or too much for now."""
        if len(body) > PIECE:
            raise Refused(
                413, "piece", f"a piece of {len(body):,} bytes", f"send at most {PIECE:,} at once", final=False
            )
        if not body:
            raise Refused(400, "empty", "an empty piece", "send what follows the offset", final=True)
        if self.backlog >= self.place.settings.limits.backlog:
            raise Refused(503, "backlog", "more has come than could be read yet", "try again in a while", wait=30)
        self.bytes.take(who.id, len(body))
        if offset == 0:
            self.quota.take(who.organisation, who.id, size)

    def close(self) -> None:
        """Write what waits."""
        self.commits.close()


def sender(who: Caller) -> Sender:
    """What a parcel of this agent must be."""
    return Sender(who.id, who.organisation, who.ref, who.keys, rules_of(who.row.settings).markings)


def arrived(place: Place, who: Caller, digest: str, data: bytes, held: Held) -> Arrived:
    """A parcel that holds, ready to be kept."""
    about = held.about
    item = stage(place, who.organisation, digest, data)
    names = (who.organisation, digest, about.report, who.id, who.site, who.ref)
    return Arrived(*names, about.release, about.marking, len(data), item, held.lacks)


def answer(place: Place, size: int, payload: bytes) -> Upload:
    """What is told of a parcel that is kept."""
    return Upload(size, signed(place, payload))

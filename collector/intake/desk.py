"""The intake of one process: a request proved, a piece added, a whole parcel verified, kept, and its receipt given."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from sqlalchemy import func, select

from collector.clock import ahead, now
from collector.intake import uploads
from collector.intake.agents import Caller, caller
from collector.intake.commits import Arrived, Commits, known, signed, stage
from collector.intake.frame import size_of
from collector.intake.nonces import Nonces
from collector.intake.rates import Rates
from collector.intake.verify import Held, Sender, verified
from collector.place import Place
from collector.refused import Refused
from collector.settings import rules_of
from collector.store.tables import parcel
from model.parcel import PIECE
from model.receipt import Receipt, Upload
from model.statement import Envelope

HEAVY = 8 * 1024 * 1024  # bytes: what unpacks to more is verified one after another, so that memory is bounded
DAY = 86_400


class Intake:
    """Over one place. `backlog`: how many parcels wait for their rows; set by whoever writes them."""

    def __init__(self, place: Place) -> None:
        self.place, self.commits = place, Commits(place)
        self.nonces = Nonces(place.store, place.folder)
        limits = place.settings.limits
        self.requests, self.bytes = Rates(limits.requests, 60), Rates(limits.bytes, 60)
        self.strangers = Rates(limits.requests, 60)
        self._heavy = threading.Semaphore(1)
        self.backlog = 0

    def caller(self, method: str, path: str, body: bytes, header: str, address: str) -> Caller:
        """Who asks; Refused for strangers, who are counted by their address, and for who asks too often."""
        try:
            found = caller(self.place, self.nonces, method, path, body, header)
        except Refused as no:
            if no.status == 401 and no.said.error == "signature":
                self.strangers.take(address, 1)
            raise
        self.requests.take(found.id, 1)
        return found

    def state(self, who: Caller, digest: str) -> Upload:
        """How far an upload is, or its receipt."""
        with self.place.store.tenant(who.organisation) as tx:
            done = known(tx, who.organisation, [digest])
        if done:
            return Upload(uploads.size(self.place, who.id, digest), self._for(who, done[0]))
        return Upload(uploads.size(self.place, who.id, digest))

    def _for(self, who: Caller, receipt: Receipt) -> Envelope:
        if receipt.agent != who.id:
            raise Refused(
                409,
                "another",
                "another agent has sent these bytes",
                "look which of two machines holds this key",
                final=True,
            )
        return signed(self.place, receipt)

    def piece(self, who: Caller, digest: str, offset: int, size: int, body: bytes) -> "Upload | Future[Receipt]":
        """Add a piece; the Future of a receipt once all is there and holds."""
        with self.place.store.tenant(who.organisation) as tx:
            done = known(tx, who.organisation, [digest])
        if done:
            return Upload(size, self._for(who, done[0]))
        self._may(who, offset, size, body)
        data = uploads.added(self.place, who.id, digest, offset, size, body)
        if data is None:
            return Upload(offset + len(body))
        return self.whole(who, digest, data)

    def whole(self, who: Caller, digest: str, data: bytes) -> "Future[Receipt]":
        """Verify and keep what is complete. What is refused for good leaves no half upload behind."""
        try:
            with self._weighed(data):
                held = verified(data, sender(who), now())
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
        limits = self.place.settings.limits
        if len(body) > PIECE:
            raise Refused(
                413, "piece", f"a piece of {len(body):,} bytes", f"send at most {PIECE:,} at once", final=False
            )
        if self.backlog >= limits.backlog:
            raise Refused(503, "backlog", "more has come than could be read yet", "try again in a while", wait=30)
        self.bytes.take(who.id, len(body))
        if not body:
            raise Refused(400, "empty", "an empty piece", "send what follows the offset", final=True)
        if offset == 0:
            self._quota(who, size)

    def _quota(self, who: Caller, size: int) -> None:
        """What an agent may bring in a day: counted in what it was given receipts for."""
        limits = self.place.settings.limits
        day = (parcel.c.organisation == who.organisation, parcel.c.agent == who.id, parcel.c.received_at > ahead(-DAY))
        with self.place.store.tenant(who.organisation) as tx:
            count, total = tx.execute(select(func.count(), func.coalesce(func.sum(parcel.c.size), 0)).where(*day)).one()
        if count >= limits.parcels or int(total) + size > limits.day_bytes:
            what = f"{count} parcels and {int(total):,} bytes in a day: more than this collector takes of one agent"
            raise Refused(429, "quota", what, "ask whoever runs it, or wait", wait=3600)

    def close(self) -> None:
        """Write what waits."""
        self.commits.close()


def sender(who: Caller) -> Sender:
    """What a parcel of this agent must be."""
    return Sender(who.id, who.organisation, who.ref, who.keys, rules_of(who.row.settings).markings)


def arrived(place: Place, who: Caller, digest: str, data: bytes, held: Held) -> Arrived:
    """A parcel that holds, ready to be kept."""
    about = held.about
    row = stage(place, who.organisation, digest, data)
    return Arrived(
        who.organisation, digest, about.report, who.id, who.site, who.ref, about.release, about.marking, len(data), row
    )


def answer(place: Place, size: int, receipt: Receipt) -> Upload:
    """What is told of a parcel that is kept."""
    return Upload(size, signed(place, receipt))

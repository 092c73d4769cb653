"""Parcels are kept many at once: one transaction takes all that wait, links them into the chain, and is on disk before anyone is told.

One thread writes; whoever waits does so outside of it. A receipt is signed from what was committed, the same however often it is asked.
"""

import queue
import threading
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import Future
from hashlib import sha256
from time import sleep
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select

from collector.clock import stamp
from collector.intake.packs import needed
from collector.place import Place
from collector.store.blobs import Packed, as_it_is
from collector.store.store import AtOnce
from collector.store.tables import organisation, parcel
from collector.store.turns import keeping
from model import keys
from model.canonical import canonical_flat
from model.receipt import FIRST, KIND, SCHEMA, Receipt
from model.statement import Envelope, Signature, pae
from model.trouble import Trouble

MOST = 256  # parcels of one transaction
PATIENCE = 0.008  # seconds that a batch waits for others to come along, where several come at once
# Made once: to make a question takes longer than SQLite takes to answer it.
NEW = insert(parcel)
NEWEST = (
    select(parcel.c.number, parcel.c.receipt_sha256)
    .where(parcel.c.organisation == bindparam("org"))
    .order_by(parcel.c.number.desc())
    .limit(1)
)
FOUND = select(parcel.c.digest, parcel.c.receipt).where(
    parcel.c.organisation == bindparam("org"), parcel.c.digest.in_(bindparam("names", expanding=True))
)
STATES = ("kept", "written", "faulty")
"""kept: durable, its rows to come; written: its rows are there; faulty: its rows could not be made, and why is said."""


class Arrived(msgspec.Struct, frozen=True):
    """A parcel that holds, ready to be kept. `digest`: of its bytes; `item`: them, staged; `lacks`: the pack that must be here, or "".

    The rest as in the table parcel.
    """

    organisation: str
    digest: str
    report: str
    agent: str
    site: str
    ref: str
    release: str
    marking: str
    size: int
    item: Packed
    lacks: str = ""


class Commits:
    """`submit(arrived)` gives a Future of the receipt's payload. `close` lets what waits be written first."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._waiting: queue.SimpleQueue[tuple[Arrived, Future[bytes]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="commits", daemon=True)
        self._thread.start()

    def submit(self, arrived: Arrived) -> "Future[bytes]":
        """Hand one over; the Future is done when it is durable, or fails with why it is not."""
        promised: Future[bytes] = Future()
        self._waiting.put((arrived, promised))
        return promised

    def close(self) -> None:
        """Write what waits, and end."""
        self._waiting.put(None)
        self._thread.join(30)

    def _run(self) -> None:
        several = False
        while (first := self._waiting.get()) is not None:
            batch = [first]
            last = False
            if several:  # each commit waits for the disk: fewer and larger ones cost less of everything
                sleep(PATIENCE)
            while len(batch) < MOST and not self._waiting.empty():
                one = self._waiting.get()
                if one is None:
                    last = True
                    break
                batch.append(one)
            several = len(batch) > 1
            self._kept(batch)
            if last:
                return

    def _kept(self, batch: list[tuple[Arrived, "Future[bytes]"]]) -> None:
        try:
            receipts = self._written([one for one, _ in batch])
        except AtOnce:  # another process took the same parcel meanwhile: once more, and it is found there
            self._apart(batch)
        except Exception as fault:  # noqa: BLE001 - whoever waits is told, whatever it is
            if len(batch) > 1 and not isinstance(fault, Trouble):
                self._apart(batch)
            else:
                for _, promised in batch:
                    promised.set_exception(fault)
        else:
            for (_, promised), receipt in zip(batch, receipts, strict=True):
                promised.set_result(receipt)

    def _apart(self, batch: list[tuple[Arrived, "Future[bytes]"]]) -> None:
        """One at a time: what is wrong with one must not cost the others their receipt."""
        for one, promised in batch:
            try:
                promised.set_result(self._written([one])[0])
            except Exception as fault:  # noqa: BLE001 - as above
                promised.set_exception(fault)

    def _written(self, batch: Sequence[Arrived]) -> list[bytes]:
        with self._place.store.system(write=True) as tx:
            made = {}
            for org in sorted({one.organisation for one in batch}):
                made.update(_chained(self._place, tx, org, [one for one in batch if one.organisation == org]))
        return [made[one.organisation, one.digest] for one in batch]


def _chained(place: Place, tx: Connection, org: str, batch: list[Arrived]) -> dict[tuple[str, str], bytes]:
    """Append to one organisation's chain. Who appends holds the organisation's row, so that no number is given twice."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(organisation.c.id).where(organisation.c.id == org).with_for_update())
    keeping(tx, org)
    found = known(tx, org, [one.digest for one in batch])
    number, before = head(tx, org)
    at, rows, items = stamp(), [], []
    for one in batch:
        if one.digest in found:
            continue
        if one.lacks:
            needed(tx, org, one.digest, one.lacks)
        number += 1
        receipt = Receipt(SCHEMA, one.digest, one.report, one.agent, one.ref, org, at, number, before)
        payload = found[one.digest] = canonical_flat(receipt)
        before = sha256(payload).hexdigest()
        rows.append(_row(one, receipt, payload, before))
        items.append(one.item)
    if rows:
        place.blobs.keep(tx, org, items, at)
        tx.execute(NEW, rows)
    return {(org, one.digest): found[one.digest] for one in batch}


def _row(one: Arrived, receipt: Receipt, payload: bytes, name: str) -> dict[str, Any]:
    row = {"organisation": one.organisation, "number": receipt.number, "digest": one.digest, "report": one.report}
    row |= {"agent": one.agent, "site": one.site, "release": one.release, "marking": one.marking, "size": one.size}
    return {
        **row,
        "received_at": receipt.received_at,
        "receipt": payload.decode(),
        "receipt_sha256": name,
        "state": "kept",
    }


def head(tx: Connection, org: str) -> tuple[int, str]:
    """(number, sha256 of the payload) of an organisation's newest receipt."""
    row = tx.execute(NEWEST, {"org": org}).first()
    return (row.number, row.receipt_sha256) if row else (0, FIRST)


def known(tx: Connection, org: str, digests: Sequence[str]) -> dict[str, bytes]:
    """{digest: payload of its receipt} of those that were taken before."""
    return {row.digest: row.receipt.encode() for row in tx.execute(FOUND, {"org": org, "names": list(digests)})}


def signed(place: Place, payload: bytes) -> Envelope:
    """The receipt as it is handed out: Ed25519 signs the same bytes the same way each time."""
    signature = keys.signed(place.key, pae(KIND, payload))
    return Envelope(b64encode(payload).decode(), KIND, (Signature(b64encode(signature).decode(), place.keyid),))


def stage(place: Place, org: str, digest: str, data: bytes) -> Packed:
    """The parcel's bytes as a blob; a large one is on disk when this returns, so that the transaction need not wait for that."""
    item = as_it_is(data, digest)
    place.blobs.staged(org, item, stamp())
    return item

"""Receipt: a collector's signed word that it holds a parcel durably. Receipts of an organisation form a chain whose head can be pinned."""

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from model.canonical import canonical
from model.keys import Private, Public, holds, keyid, signed
from model.statement import Envelope, enveloped, opened, pae
from model.trouble import Trouble

KIND = "application/vnd.laydown.receipt+json"
SCHEMA = "laydown.receipt/1"
FIRST = "0" * 64  # `previous` of an organisation's first receipt


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`parcel`: digest of the parcel's bytes; `report`: digest of the report it is about; `number`: from 1 on, in its organisation.

    `previous`: sha256 of the payload of the receipt before it, 64 hex digits, FIRST for the first one.
    """

    schema: str
    parcel: str
    report: str
    agent: str
    site: str
    organisation: str
    received_at: str
    number: int
    previous: str


class Upload(msgspec.Struct, frozen=True):
    """GET and PATCH /api/v1/uploads/P: how many bytes are there, and the receipt once all are."""

    offset: int
    receipt: Envelope | None = None


def enclosed(key: Private, receipt: Receipt) -> bytes:
    """The DSSE envelope, signed by the collector."""
    payload = canonical(receipt)
    return enveloped(payload, signed(key, pae(KIND, payload)), keyid(key.public_key()), KIND)


def receipt_of(data: bytes, key: Public, where: str) -> tuple[Receipt, str]:
    """The receipt and the sha256 of its payload; Trouble unless `key` signed it."""
    kind, payload, signatures = opened(data, where)
    if kind != KIND or not any(holds(key, one, pae(kind, payload)) for _, one in signatures):
        raise Trouble(where, "no receipt signed by this collector", "ask the collector that the agent is enrolled with")
    try:
        found = msgspec.json.decode(payload, type=Receipt)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise Trouble(where, f"no receipt ({fault})", f"this program reads {SCHEMA}") from None
    if found.schema != SCHEMA:
        raise Trouble(where, f"schema {found.schema[:40]!r}", f"this program reads {SCHEMA}")
    return found, sha256(payload).hexdigest()


def broken(chain: Iterable[tuple[Receipt, str]]) -> str:
    """Where a chain in order breaks, in words; "" where each receipt names the one before it and none is missing."""
    before = FIRST
    for number, (receipt, payload) in enumerate(chain, 1):
        if receipt.number != number:
            return f"receipt {number} is missing: number {receipt.number} stands in its place"
        if receipt.previous != before:
            return f"receipt {number} names another predecessor than the one that is here"
        before = payload
    return ""

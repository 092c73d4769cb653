"""Enrolment: how an agent becomes one of a site's, changes its key, and says that it lives. What both ends write and check."""

from hashlib import sha256
from typing import TypeVar

import msgspec

from model.canonical import canonical
from model.keys import Private, Public, holds, keyid, signed
from model.report import Site
from model.statement import Envelope, enveloped, opened, pae
from model.trouble import Trouble

ENROLMENT = "application/vnd.laydown.enrolment+json"
ROTATION = "application/vnd.laydown.rotation+json"
Read = TypeVar("Read")


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the new key signs: it is here, for this token (its sha256, 64 hex digits) and no other."""

    token_sha256: str
    keyid: str
    at: str


class Enrol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/v1/enrol. `key`: PEM; `host`, `engine`: as the agent names them; `proof`: DSSE over a Proof."""

    token: str
    key: str
    host: str
    engine: str
    proof: Envelope


class Enrolled(msgspec.Struct, frozen=True):
    """The answer. `agent`, `organisation`, `entity`: ids; `site`: as registered; `collector_key`: PEM, of receipts and policies."""

    agent: str
    organisation: str
    entity: str
    site: Site
    collector_key: str


class Succession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the new key of a rotation signs: it takes the place of `replaces`, both key ids."""

    keyid: str
    replaces: str
    at: str


class Rotate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/v1/rotate, signed by the old key. `proof`: DSSE over a Succession by the new one."""

    key: str
    proof: Envelope


class SpoolState(msgspec.Struct, frozen=True):
    """What waits on the agent's disk."""

    parcels: int = 0
    bytes: int = 0


class Heartbeat(msgspec.Struct, frozen=True):
    """POST /api/v1/heartbeat. `state`: `idle`, `scanning`, `waiting` or `refused`; times UTC, "" for none; `problems`: one line each."""

    engine: str
    state: str
    spool: SpoolState = SpoolState()
    last_scan: str = ""
    next_scan: str = ""
    problems: tuple[str, ...] = ()


class Beat(msgspec.Struct, frozen=True):
    """The answer to it. `policy_serial`: of the newest policy for this site, 0 for none."""

    policy_serial: int = 0


def token_digest(token: str) -> str:
    """How a token is named without being told: sha256, 64 hex digits."""
    return sha256(token.encode()).hexdigest()


def proved(key: Private, said: Proof | Succession) -> Envelope:
    """The envelope of a proof by the key that it speaks of."""
    kind = ENROLMENT if isinstance(said, Proof) else ROTATION
    payload = canonical(said)
    data = enveloped(payload, signed(key, pae(kind, payload)), keyid(key.public_key()), kind)
    return msgspec.json.decode(data, type=Envelope)


def proof_of(envelope: Envelope, key: Public) -> Proof:
    """What the key proves at enrolment; Trouble unless it holds and speaks of this key."""
    return _proof(envelope, key, ENROLMENT, Proof)


def succession_of(envelope: Envelope, key: Public) -> Succession:
    """What the new key proves at rotation; Trouble unless it holds and speaks of this key."""
    return _proof(envelope, key, ROTATION, Succession)


def _proof(envelope: Envelope, key: Public, kind: str, shape: type[Read]) -> Read:
    told, payload, signatures = opened(msgspec.json.encode(envelope), "proof")
    if told != kind or not any(holds(key, one, pae(kind, payload)) for _, one in signatures):
        raise Trouble("proof", "not signed by the key that is sent", "enrol again with a fresh key")
    try:
        said = msgspec.json.decode(payload, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise Trouble("proof", f"says something else ({fault})", "see docs/protocol.md") from None
    if getattr(said, "keyid", "") != keyid(key):
        raise Trouble("proof", "speaks of another key", "enrol again with a fresh key")
    return said

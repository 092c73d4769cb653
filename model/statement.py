"""Signed statements: DSSE envelopes over in-toto Statements v1, as bytes. Pure: keys and files are elsewhere."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Any

import msgspec

from model.canonical import canonical
from model.trouble import Trouble

PAYLOAD = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://laydown.invalid/report/v1"  # a name, not a place: .invalid is never reached (RFC 2606)
FILING = "https://laydown.invalid/filing/v1"


class Subject(msgspec.Struct, frozen=True):
    """A file that is signed: `digest` {"sha256": 64 hex digits}."""

    name: str
    digest: dict[str, str]


class Statement(msgspec.Struct, frozen=True):
    """in-toto Statement v1 about the files of one result folder. `predicate`: plain strings."""

    subject: tuple[Subject, ...]
    predicate: dict[str, Any]
    type: str = msgspec.field(default=STATEMENT, name="_type")
    predicate_type: str = msgspec.field(default=PREDICATE, name="predicateType")


class Signature(msgspec.Struct, frozen=True):
    """`sig`: base64; `keyid`: sha256 of the public key's SubjectPublicKeyInfo (DER), 64 hex digits."""

    sig: str
    keyid: str = ""


class Envelope(msgspec.Struct, frozen=True):
    """DSSE v1.0: the payload in base64 and signatures over its PAE."""

    payload: str
    payload_type: str = msgspec.field(name="payloadType")
    signatures: tuple[Signature, ...]


def pae(kind: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what is signed (secure-systems-lab/dsse, protocol.md)."""
    name = kind.encode()
    return b" ".join((b"DSSEv1", str(len(name)).encode(), name, str(len(payload)).encode(), payload))


def payload_of(statement: Statement) -> bytes:
    """The statement's one form."""
    return canonical(msgspec.to_builtins(statement))


def enveloped(payload: bytes, signature: bytes, keyid: str, kind: str = PAYLOAD) -> bytes:
    """The envelope as bytes, the same for the same signature."""
    held = Envelope(b64encode(payload).decode(), kind, (Signature(b64encode(signature).decode(), keyid),))
    return canonical(msgspec.to_builtins(held)) + b"\n"


def opened(data: bytes, where: str) -> tuple[str, bytes, list[tuple[str, bytes]]]:
    """(payload type, payload, [(keyid, signature)]); Trouble where the bytes are no envelope."""
    try:
        held = msgspec.json.decode(data, type=Envelope)
        signatures = [(one.keyid, b64decode(one.sig, validate=True)) for one in held.signatures]
        payload = b64decode(held.payload, validate=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, NotBase64, ValueError) as fault:
        raise Trouble(where, f"no DSSE envelope ({fault})", "sign again, or find the file as it was signed") from None
    if not signatures:
        raise Trouble(where, "an envelope without a signature", "sign again")
    return held.payload_type, payload, signatures


def exact(data: bytes, where: str) -> tuple[str, bytes, str, bytes]:
    """(payload type, payload, keyid, signature) of a file that `enveloped` wrote; Trouble where one byte of it is another.

    DSSE leaves blanks, the order of keys and the last bits of base64 open: a file can be changed and its signature still hold.
    """
    kind, payload, signatures = opened(data, where)
    keyid, signature = signatures[0]
    if enveloped(payload, signature, keyid, kind) != data:
        raise Trouble(where, "its bytes are not as they were written: it was changed", "find the file as it was signed")
    return kind, payload, keyid, signature


def statement_of(payload: bytes, where: str, kind: str = PREDICATE) -> Statement:
    """The statement of a payload; Trouble where it is none of ours, or not about what `kind`, a predicate's type, is about."""
    try:
        found = msgspec.json.decode(payload, type=Statement)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise Trouble(where, f"no statement ({fault})", "sign again") from None
    if (found.type, found.predicate_type) != (STATEMENT, kind):
        raise Trouble(where, f"a statement of another kind ({found.predicate_type})", "verify it with what wrote it")
    return found

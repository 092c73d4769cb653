"""Observation and Evidence: what was asked and the rawest answer, under the digest of its canonical form."""

import base64
import binascii
import re
from typing import Literal

import msgspec

from model.canonical import digest
from model.times import read as read_time
from model.trouble import Trouble

DIGEST = re.compile("[0-9a-f]{64}")
INLINE = 4096  # bytes; longer bodies travel beside the line, as a file named by their digest

Status = Literal["answered", "silent", "refused", "cut", "excluded", "failed", "noted"]


class Answer(msgspec.Struct, frozen=True, gc=False):
    """The body by digest. `size` in bytes; `media` an Internet media type, as exact as the probe knows it."""

    sha256: str
    size: int
    media: str


class Observation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One exchange, or one page of a table. No opinion.

    `vantage`: where it was seen from: `host/interface` of a live scan, `file:ORIGIN` of an import. `target`: an address, a MAC or "".
    `asked`: the question in text, without any secret. `parent`: id of the dialogue's first evidence, None for the first; `step`
    counts from 0. `seen_at`: UTC, RFC 3339, microseconds.
    """

    probe: str
    vantage: str
    target: str
    asked: str
    status: Status
    seen_at: str
    answer: Answer | None = None
    parent: str | None = None
    step: int = 0
    v: int = 1


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """An observation under its digest. `body` is the answer's bytes, None where there was none."""

    id: str
    observation: Observation
    body: bytes | None = None


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    observation: msgspec.Raw
    body: str | None = None


_encode = msgspec.json.Encoder(order="sorted").encode
_decode_line = msgspec.json.Decoder(_Line).decode
_decode_observation = msgspec.json.Decoder(Observation).decode


def observed(observation: Observation, body: bytes | None = None, media: str = "application/octet-stream") -> Evidence:
    """Evidence of `observation`; `body`'s digest, size and media enter the observation."""
    if body is not None:
        observation = msgspec.structs.replace(observation, answer=Answer(digest(body)[7:], len(body), media))
    return Evidence(digest(encoded(observation)), observation, body)


def encoded(observation: Observation) -> bytes:
    """Canonical bytes of an observation. msgspec's sorted form equals RFC 8785 here but for two control escapes (a test compares)."""
    raw: bytes = _encode(observation)
    if b"\\u" in raw or b"\x7f" in raw:
        from model.canonical import canonical

        return canonical(observation)
    return raw


def line(evidence: Evidence) -> bytes:
    """One line of evidence.jsonl, without its newline. Bodies above INLINE bytes are left out: they go to `bodies/`."""
    body = evidence.body
    inline = b'"body":"' + base64.b64encode(body) + b'",' if body is not None and len(body) <= INLINE else b""
    return b"{" + inline + b'"id":"' + evidence.id.encode() + b'","observation":' + encoded(evidence.observation) + b"}"


def parsed(raw: bytes, where: str) -> Evidence:
    """The evidence of one line; Trouble naming `where` if it is malformed or does not match its own digest."""
    try:
        held = _decode_line(raw)
        observation = _decode_observation(held.observation)
        read_time(observation.seen_at)
        body = base64.b64decode(held.body, validate=True) if held.body is not None else None
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, binascii.Error) as fault:
        raise Trouble(
            where, f"not an evidence line ({str(fault)[:120]})", "remove the line or restore it from a copy"
        ) from None
    if held.id != digest(bytes(held.observation)) or encoded(observation) != bytes(held.observation):
        raise Trouble(
            where, "the observation does not match its digest", "the line was altered; restore it from a copy"
        )
    if not body_matches(observation, body):
        raise Trouble(where, "the body does not match its digest", "the line was altered; restore it from a copy")
    return Evidence(held.id, observation, body)


def body_matches(observation: Observation, body: bytes | None) -> bool:
    """Whether `body` is the one the observation names; of a body kept elsewhere (None here) it must be a digest that names it."""
    answer = observation.answer
    if body is None:  # what it holds is checked when it is loaded; a path in place of a digest would be opened
        return answer is None or (DIGEST.fullmatch(answer.sha256) is not None and answer.size >= 0)
    return answer is not None and len(body) == answer.size and digest(body)[7:] == answer.sha256

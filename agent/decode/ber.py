"""SNMP messages and PDUs, pure and bounded: bytes from strangers in, values out, or ValueError with a short reason.

Sources: RFC 3416 (PDUs), RFC 1157 (version 1), RFC 3412 (version 3 framing). Bounds: a message fits
one datagram (65,535 bytes) and holds at most 4,096 varbinds; those of single elements stand in agent/decode/tlv.py.
Nesting is fixed by the grammar: nothing here calls itself.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from agent.decode.tlv import element, expect, header, int_bytes, integer, oid_bytes, oid_text

Value = bytes | int | str | None

MAX_SIZE = 65_535
MAX_VARBINDS = 4_096

KINDS = {  # the value tags of RFC 3416; `nsap`-like relics (0x45) read as octets
    0x02: "integer",
    0x04: "octets",
    0x05: "null",
    0x06: "oid",
    0x40: "ip",
    0x41: "counter",
    0x42: "gauge",
    0x43: "ticks",
    0x44: "opaque",
    0x45: "octets",
    0x46: "counter64",
    0x47: "gauge",
    0x80: "noSuchObject",
    0x81: "noSuchInstance",
    0x82: "endOfMibView",
}
TAGS = {kind: tag for tag, kind in reversed(KINDS.items())}
PDUS = {
    0xA0: "get",
    0xA1: "next",
    0xA2: "response",
    0xA3: "set",
    0xA5: "bulk",
    0xA6: "inform",
    0xA7: "trap",
    0xA8: "report",
}
PDU_TAGS = {kind: tag for tag, kind in PDUS.items()}
ABSENT = frozenset({"null", "noSuchObject", "noSuchInstance", "endOfMibView"})
_UNSIGNED = frozenset({0x41, 0x42, 0x43, 0x46, 0x47})
_NULL = b"\x05\x00"


class Varbind(msgspec.Struct, frozen=True):
    """One object and its value. `oid`: dotted, no leading dot. `kind`: a name of KINDS.

    `value`: int for integer, counter, gauge, ticks, counter64; bytes for octets, opaque, ip; dotted text for oid; None
    for null and the three exceptions (noSuchObject, noSuchInstance, endOfMibView).
    """

    oid: str
    kind: str
    value: Value = None


class Pdu(msgspec.Struct, frozen=True):
    """A PDU. `kind`: a name of PDUS. For `bulk` the error fields carry non-repeaters and max-repetitions."""

    kind: str
    request_id: int
    error_status: int
    error_index: int
    varbinds: tuple[Varbind, ...]


@lru_cache(maxsize=16)  # driver, mask and probe read the same reply one after the other
def read_pdu(body: bytes) -> Pdu:
    """The PDU of `body` (what a reply to `agent.ask.Snmp` carries); bytes after it are ignored."""
    if len(body) > MAX_SIZE:
        raise ValueError("longer than a datagram")
    tag, at, end = header(body, 0, len(body))
    if tag not in PDUS:
        raise ValueError(f"tag {tag:#04x} is no PDU")
    numbers = []
    for what in ("request id", "error status", "error index"):
        first, at = expect(body, at, end, 0x02, what)
        numbers.append(integer(body, first, at))
    return Pdu(PDUS[tag], numbers[0], numbers[1], numbers[2], _read_varbinds(body, at, end))


def _read_varbinds(body: bytes, at: int, end: int) -> tuple[Varbind, ...]:
    at, end = expect(body, at, end, 0x30, "varbinds")
    found: list[Varbind] = []
    while at < end:
        bind, at = _short_varbind(body, at, end) or _read_varbind(body, at, end)
        found.append(bind)
        if len(found) > MAX_VARBINDS:
            raise ValueError("more varbinds than a PDU may hold")
    return tuple(found)


def _short_varbind(body: bytes, at: int, end: int) -> tuple[Varbind, int] | None:
    """A well-formed varbind of one-byte lengths, None for any other: most are, and this is what a long table costs."""
    if end - at < 6 or body[at] != 0x30 or body[at + 2] != 0x06:
        return None
    past, value = at + 2 + body[at + 1], at + 4 + body[at + 3]
    if past > end or past - at > 129 or value + 2 > past or value + 2 + body[value + 1] != past:
        return None
    tag = body[value]
    kind = KINDS.get(tag)
    if kind is None:
        return None
    return Varbind(oid_text(body[at + 4 : value]), kind, _value(body, tag, value + 2, past)), past


def _read_varbind(body: bytes, at: int, end: int) -> tuple[Varbind, int]:
    first, past = expect(body, at, end, 0x30, "varbind")
    name, value = expect(body, first, past, 0x06, "object")
    tag, first, last = header(body, value, past)
    kind = KINDS.get(tag)
    if kind is None or last != past:
        raise ValueError(f"a value of tag {tag:#04x} or with bytes after it")
    return Varbind(oid_text(body[name:value]), kind, _value(body, tag, first, past)), past


def _value(body: bytes, tag: int, first: int, past: int) -> Value:
    if tag == 0x04:
        return body[first:past]
    if tag == 0x02:
        return integer(body, first, past)
    if tag in _UNSIGNED:
        # Agents in the field send counters with the sign bit set and no leading zero: they mean the unsigned number.
        if not 1 <= past - first <= 9:
            raise ValueError("a number of no bytes, or of more than nine")
        return int.from_bytes(body[first:past], "big")
    if tag == 0x06:
        return oid_text(body[first:past])
    if tag in (0x40, 0x44, 0x45):
        return body[first:past]
    return None


def write_pdu(
    kind: str, request_id: int, wanted: Sequence[str | Varbind], error_status: int = 0, error_index: int = 0
) -> bytes:
    """A PDU of object identifiers (values null) or varbinds. `bulk`: the error fields are its two counts."""
    binds = b"".join(_write_varbind(item) for item in wanted)
    numbers = int_bytes(request_id) + int_bytes(error_status) + int_bytes(error_index)
    return element(PDU_TAGS[kind], numbers + element(0x30, binds))


def _write_varbind(item: str | Varbind) -> bytes:
    if isinstance(item, str):
        return element(0x30, element(0x06, oid_bytes(item)) + _NULL)
    return element(0x30, element(0x06, oid_bytes(item.oid)) + _write_value(TAGS[item.kind], item.value))


def _write_value(tag: int, value: Value) -> bytes:
    if isinstance(value, int):
        return int_bytes(value, tag)
    if isinstance(value, str):
        return element(tag, oid_bytes(value))
    return element(tag, value or b"")


def write_message(version: int, community: bytes, pdu: bytes) -> bytes:
    """A version 1 (`version` 0) or 2c (1) message around `pdu`."""
    return element(0x30, int_bytes(version) + element(0x04, community) + pdu)


def read_message(data: bytes) -> tuple[int, bytes | None, bytes]:
    """(version, community, PDU bytes) of a message; version 0 is 1, 1 is 2c, 3 is 3.

    For version 3 the community is None and the PDU is that of an unencrypted scoped PDU; b"" where it is encrypted.
    """
    if len(data) > MAX_SIZE:
        raise ValueError("longer than a datagram")
    at, end = expect(data, 0, len(data), 0x30, "message")
    first, at = expect(data, at, end, 0x02, "version")
    version = integer(data, first, at)
    if version == 3:
        return 3, None, _scoped_pdu(data, at, end)
    if version not in (0, 1):
        raise ValueError(f"unknown SNMP version {version}")
    first, at = expect(data, at, end, 0x04, "community")
    _, _, past = header(data, at, end)
    return version, data[first:at], data[at:past]


def _scoped_pdu(data: bytes, at: int, end: int) -> bytes:
    """RFC 3412: global data, security parameters, then the scoped PDU: a sequence if plain, octets if encrypted."""
    _, at = expect(data, at, end, 0x30, "global data")
    _, at = expect(data, at, end, 0x04, "security parameters")
    tag, at, end = header(data, at, end)
    if tag == 0x04:
        return b""
    if tag != 0x30:
        raise ValueError("no scoped PDU")
    _, at = expect(data, at, end, 0x04, "context engine")
    _, at = expect(data, at, end, 0x04, "context name")
    _, _, past = header(data, at, end)
    return data[at:past]

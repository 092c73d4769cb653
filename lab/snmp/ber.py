"""BER for SNMP, pure: just enough to answer. Source: ITU-T X.690 and RFC 3416. Bad bytes raise ValueError."""

from collections.abc import Iterable, Iterator

Oid = tuple[int, ...]
INTEGER, OCTETS, NULL, OID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
IP, COUNTER, GAUGE, TICKS = 0x40, 0x41, 0x42, 0x43
NO_SUCH, END_OF_VIEW = 0x81, 0x82
GET, NEXT, RESPONSE, BULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA5, 0xA8


def tlv(tag: int, body: bytes) -> bytes:
    """One element: tag, length, body."""
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def integer(value: int, tag: int = INTEGER) -> bytes:
    """A whole number, two's complement, as short as may be."""
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    return tlv(OCTETS, value)


def sequence(*parts: bytes, tag: int = SEQUENCE) -> bytes:
    return tlv(tag, b"".join(parts))


def oid(value: Iterable[int]) -> bytes:
    """An object identifier of at least two arcs."""
    first, second, *rest = value
    return tlv(OID, b"".join(_arc(arc) for arc in (first * 40 + second, *rest)))


def _arc(arc: int) -> bytes:
    out = [arc & 0x7F]
    while arc := arc >> 7:
        out.append(0x80 | arc & 0x7F)
    return bytes(reversed(out))


def arcs(dotted: str) -> Oid:
    """`1.3.6` as (1, 3, 6)."""
    return tuple(int(arc) for arc in dotted.strip(".").split("."))


def element(data: bytes, at: int = 0) -> tuple[int, bytes, int]:
    """The element at `at`: its tag, its body, and where the next one begins."""
    if at + 2 > len(data):
        raise ValueError("cut short")
    tag, size, at = data[at], data[at + 1], at + 2
    if size & 0x80:
        more = size & 0x7F
        size, at = int.from_bytes(data[at : at + more], "big"), at + more
    if at + size > len(data):
        raise ValueError("length beyond the end")
    return tag, data[at : at + size], at + size


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """All elements of a body, in order."""
    at = 0
    while at < len(data):
        tag, body, at = element(data, at)
        yield tag, body


def number(body: bytes) -> int:
    return int.from_bytes(body, "big", signed=True)


def oid_of(body: bytes) -> Oid:
    """The arcs of an object identifier's body."""
    out, arc = [], 0
    for byte in body:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            out.append(arc)
            arc = 0
    if not out:
        raise ValueError("empty object identifier")
    first = min(out[0] // 40, 2)
    return (first, out[0] - first * 40, *out[1:])

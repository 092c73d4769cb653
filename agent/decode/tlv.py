"""BER elements, pure and bounded: lengths are definite and take at most 4 bytes, integers at most 9, and an object
identifier at most 128 parts of 32 bits. Anything else is a ValueError with a short reason. Source: ITU-T X.690.
"""

from functools import lru_cache

MAX_PARTS = 128


def header(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """(tag, first, past) of the element at `at`: its contents are data[first:past]; ValueError if it overruns `end`."""
    if at + 2 > end:
        raise ValueError("truncated: no room for a tag and a length")
    tag, length = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        raise ValueError("a multi-byte tag has no place in SNMP")
    first = at + 2
    if length >= 0x80:
        wide = length & 0x7F
        if not 1 <= wide <= 4 or first + wide > end:
            raise ValueError("a length that is indefinite, too wide or truncated")
        length = int.from_bytes(data[first : first + wide], "big")
        first += wide
    if first + length > end:
        raise ValueError("truncated: a length points past the end")
    return tag, first, first + length


def expect(data: bytes, at: int, end: int, tag: int, what: str) -> tuple[int, int]:
    """(first, past) of the element at `at`, which must carry `tag`; ValueError naming `what` otherwise."""
    found, first, past = header(data, at, end)
    if found != tag:
        raise ValueError(f"{what}: tag {found:#04x} where {tag:#04x} belongs")
    return first, past


def integer(data: bytes, first: int, past: int) -> int:
    """Two's complement integer of 1 to 9 bytes."""
    if not 1 <= past - first <= 9:
        raise ValueError("an integer of no bytes, or of more than nine")
    return int.from_bytes(data[first:past], "big", signed=True)


@lru_cache(maxsize=16_384)  # tables repeat their columns and rows: most identifiers of a walk are asked for twice
def oid_text(body: bytes) -> str:
    """Dotted text of an object identifier's contents; ValueError beyond 128 parts, 32 bits a part, or if cut short."""
    parts: list[int] = []
    value = 0
    for byte in body:
        value = value << 7 | byte & 0x7F
        if value > 0xFFFFFFFF:
            raise ValueError("an object identifier with a part beyond 32 bits")
        if byte < 0x80:
            parts.append(value)
            value = 0
    if not body or body[-1] >= 0x80 or len(parts) > MAX_PARTS - 1:
        raise ValueError("an object identifier that is empty, cut short or too long")
    head = min(parts[0] // 40, 2)
    return ".".join(map(str, [head, parts[0] - 40 * head, *parts[1:]]))


@lru_cache(maxsize=4_096)
def oid_bytes(text: str) -> bytes:
    """Contents bytes of a dotted object identifier; ValueError for anything else."""
    parts = [int(part) if part.isascii() and part.isdigit() else -1 for part in text.removeprefix(".").split(".")]
    if not 2 <= len(parts) <= MAX_PARTS or parts[0] > 2 or (parts[0] < 2 and parts[1] > 39):
        raise ValueError(f"not an object identifier: {text[:60]!r}")
    if min(parts) < 0 or max(parts) > 0xFFFFFFFF:
        raise ValueError(f"not an object identifier: {text[:60]!r}")
    return b"".join(map(_base128, [parts[0] * 40 + parts[1], *parts[2:]]))


def _base128(part: int) -> bytes:
    out = bytearray([part & 0x7F])
    while part := part >> 7:
        out.append(part & 0x7F | 0x80)
    out.reverse()
    return bytes(out)


def element(tag: int, body: bytes) -> bytes:
    """Tag, shortest definite length, contents."""
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    wide = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(wide))) + wide + body


def int_bytes(value: int, tag: int = 0x02) -> bytes:
    """The element of an integer, shortest form."""
    return element(tag, value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True))

"""DNS messages as mDNS, LLMNR and name servers send them: bytes from strangers in, records out. Pure, bounded.

Sources: RFC 1035 (messages, compression), RFC 2782 (SRV), RFC 6762 (mDNS), RFC 4795 (LLMNR). Bounds: 9,000 bytes a message
(the largest mDNS packet, RFC 6762 section 17), 512 records, 255 bytes a name. A compression pointer must point before the place
where the name or the pointer that led to it began: so every name ends. Why our own: docs/decisions/0010.
"""

import ipaddress
from collections.abc import Sequence

import msgspec

MAX_SIZE, MAX_RECORDS, MAX_NAME, MAX_JUMPS = 9_000, 512, 255, 64
A, PTR, HINFO, TXT, AAAA, SRV, ANY = 1, 12, 13, 16, 28, 33, 255
IN, CHAOS = 1, 3
UNICAST = 0x8000  # of a question's class: answer to the asker alone (RFC 6762 section 5.4); of a record's: flush
RESPONSE = 0x8000


class Question(msgspec.Struct, frozen=True):
    """`name` without its last dot; `kind` the type's number; `unicast`: the answer may go to the asker alone."""

    name: str
    kind: int = PTR
    cls: int = IN
    unicast: bool = False


class Record(msgspec.Struct, frozen=True):
    """`target`: of PTR and SRV, a name; `address`: of A and AAAA; `texts`: of TXT and HINFO, its strings; else all empty."""

    name: str
    kind: int
    cls: int
    target: str = ""
    port: int = 0
    address: str = ""
    texts: tuple[bytes, ...] = ()


class Message(msgspec.Struct, frozen=True):
    """One message. `records`: answers, authorities and additional ones in their order; up to where a cut message ends."""

    id: int
    flags: int
    questions: tuple[Question, ...]
    records: tuple[Record, ...]

    @property
    def response(self) -> bool:
        return bool(self.flags & RESPONSE)


def write(questions: Sequence[Question], number: int = 0, flags: int = 0) -> bytes:
    """A query; what a name shares with the end of an earlier one is written once. Labels are UTF-8, at most 63 bytes."""
    out = bytearray(b"".join(n.to_bytes(2, "big") for n in (number, flags, len(questions), 0, 0, 0)))
    known: dict[tuple[str, ...], int] = {}
    for one in questions:
        _write_name(out, tuple(one.name.split(".")), known)
        out += one.kind.to_bytes(2, "big") + (one.cls | (UNICAST if one.unicast else 0)).to_bytes(2, "big")
    return bytes(out)


def _write_name(out: bytearray, labels: tuple[str, ...], known: dict[tuple[str, ...], int]) -> None:
    while labels:
        if labels in known:
            out += (0xC000 | known[labels]).to_bytes(2, "big")
            return
        known[labels] = len(out)
        label = labels[0].encode()
        out += bytes((len(label),)) + label
        labels = labels[1:]
    out.append(0)


def read(data: bytes) -> Message:
    """The message of `data`; ValueError for none. Records after the first that cannot be read are left out."""
    if not 12 <= len(data) <= MAX_SIZE:
        raise ValueError("no room for a header, or more than a packet")
    number, flags, asked, *counts = (_u16(data, at) for at in range(0, 12, 2))
    if asked + sum(counts) > MAX_RECORDS:
        raise ValueError("more records than a packet needs")
    questions, at = [], 12
    for _ in range(asked):
        name, at = read_name(data, at)
        cls = _u16(data, at + 2)
        questions.append(Question(name, _u16(data, at), cls & 0x7FFF, bool(cls & UNICAST)))
        at += 4
    return Message(number, flags, tuple(questions), _records(data, at, sum(counts)))


def _records(data: bytes, at: int, count: int) -> tuple[Record, ...]:
    found = []
    for _ in range(count):
        try:
            record, at = _record(data, at)
        except ValueError:  # small senders cut their packets: what stands before the cut was said
            break
        found.append(record)
    return tuple(found)


def _record(data: bytes, at: int) -> tuple[Record, int]:
    name, at = read_name(data, at)
    kind, cls, size = _u16(data, at), _u16(data, at + 2) & 0x7FFF, _u16(data, at + 8)
    first, past = at + 10, at + 10 + size
    if past > len(data):
        raise ValueError("a record points past the end")
    if kind == PTR:
        return Record(name, kind, cls, target=read_name(data, first)[0]), past
    if kind == SRV and size >= 7:
        return Record(name, kind, cls, target=read_name(data, first + 6)[0], port=_u16(data, first + 4)), past
    if (kind, size) in ((A, 4), (AAAA, 16)):
        return Record(name, kind, cls, address=str(ipaddress.ip_address(data[first:past]))), past
    texts = _texts(data, first, past) if kind in (TXT, HINFO) else ()
    return Record(name, kind, cls, texts=texts), past


def _texts(data: bytes, at: int, past: int) -> tuple[bytes, ...]:
    found = []
    while at < past:
        end = at + 1 + data[at]
        if end > past:
            raise ValueError("a string points past its record")
        found.append(data[at + 1 : end])
        at = end
    return tuple(found)


def read_name(data: bytes, at: int) -> tuple[str, int]:
    """(name without its last dot, where the reader goes on). Labels that are not UTF-8 are read as Latin-1.

    A dot inside a label (`HP Laser 1.2`) stays a plain dot: instances are taken apart by their type, not by dots.
    """
    labels: list[str] = []
    start, onward, size, jumps = at, -1, 0, 0
    while True:
        length = _u8(data, at)
        if length == 0:
            return ".".join(labels), (at + 1 if onward < 0 else onward)
        if length >= 0xC0:
            to = _u16(data, at) & 0x3FFF
            jumps += 1
            if to >= start or to < 12 or jumps > MAX_JUMPS:
                raise ValueError("a compression pointer that does not point back, or one too many")
            onward = at + 2 if onward < 0 else onward
            start = at = to
            continue
        if length > 63 or at + 1 + length > len(data):
            raise ValueError("a label that is too long or cut")
        size += length + 1
        if size > MAX_NAME:
            raise ValueError("a name longer than 255 bytes")
        labels.append(_text(data[at + 1 : at + 1 + length]))
        at += 1 + length


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _u8(data: bytes, at: int) -> int:
    if at >= len(data):
        raise ValueError("truncated")
    return data[at]


def _u16(data: bytes, at: int) -> int:
    if at + 2 > len(data):
        raise ValueError("truncated")
    return data[at] << 8 | data[at + 1]

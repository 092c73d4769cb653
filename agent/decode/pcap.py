"""Packet files: packets out of pcap and pcapng, and pcap pages out of frames. Pure, bounded.

Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. Numbers of link types are LINKTYPE_ of tcpdump.org.
"""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from model.times import written

MEDIA = "application/vnd.tcpdump.pcap"
MICRO, NANO, NG = 0xA1B2C3D4, 0xA1B23C4D, 0x0A0D0D0A
ORDER = 0x1A2B3C4D
HEAD, RECORD = 24, 16  # bytes before the first packet of a pcap file, and before each
LONGEST = 262_144  # bytes of one packet, as tcpdump bounds it
MOST_INTERFACES = 4096
INTERFACE, OLD_PACKET, SIMPLE, ENHANCED = 1, 2, 3, 6  # block types
RESOLUTION, OFFSET = 9, 14  # options of an interface
START = datetime(1970, 1, 1, tzinfo=UTC)
LAST = 253_402_300_799 * 10**9  # the last second that a date can hold, in ns
SNAP = 65_535


class Packet(NamedTuple):
    """`at`: ns since 1970, 0 where the file does not tell. `data`: what was captured of it."""

    at: int
    link_type: int
    data: bytes

    @property
    def seen_at(self) -> str:
        """`at` in written form."""
        return written(START + timedelta(microseconds=min(max(self.at, 0), LAST) // 1000))


def is_pcap(head: bytes) -> bool:
    """Whether a file that begins so is a packet file."""
    if head[:4] == b"\x0a\x0d\x0d\x0a":
        return head[8:12] in (struct.pack("<I", ORDER), struct.pack(">I", ORDER))
    return _order(head) != ""


def _order(head: bytes) -> str:
    found = {struct.pack(order + "I", magic): order for order in "<>" for magic in (MICRO, NANO)}
    return found.get(head[:4], "") if len(head) >= HEAD else ""


def packets(data: bytes) -> Iterator[Packet]:
    """The packets of a pcap or pcapng file in its order.

    ValueError, saying where, as soon as the file cannot be followed: what was yielded before is good.
    """
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        yield from _blocks(data)
    elif order := _order(data):
        yield from _records(data, order)
    else:
        raise ValueError("no packet file")


def _records(data: bytes, order: str) -> Iterator[Packet]:
    unit = 1 if struct.unpack_from(order + "I", data)[0] == NANO else 1000
    link_type = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF  # above stands how long a check sum is
    head = struct.Struct(order + "IIII")
    at = HEAD
    while at + RECORD <= len(data):
        seconds, parts, size, _ = head.unpack_from(data, at)
        if size > LONGEST:
            raise ValueError(f"byte {at}: a packet of {size:,} bytes")
        at += RECORD
        if at + size > len(data):
            raise ValueError(f"byte {at}: the file ends in the middle of a packet")
        yield Packet(seconds * 10**9 + parts * unit, link_type, data[at : at + size])
        at += size
    if at != len(data):
        raise ValueError(f"byte {at}: the file ends in the middle of a packet")


class _Interface(NamedTuple):
    """`ticks`: of its clock in a second; `offset`: seconds to add."""

    link_type: int
    snap: int
    ticks: int
    offset: int


def _blocks(data: bytes) -> Iterator[Packet]:
    order, interfaces, at = "<", list[_Interface](), 0
    while at + 12 <= len(data):
        if data[at : at + 4] == b"\x0a\x0d\x0d\x0a":  # a section: its own byte order, its own interfaces
            order, interfaces = _section(data, at), []
        kind, size = struct.unpack_from(order + "II", data, at)
        if size < 12 or size % 4:
            raise ValueError(f"byte {at}: a block of {size:,} bytes")
        if at + size > len(data):
            raise ValueError(f"byte {at}: the file ends in the middle of a block")
        body = data[at + 8 : at + size - 4]
        try:
            if kind == INTERFACE and len(interfaces) < MOST_INTERFACES:
                interfaces.append(_interface(body, order))
            elif kind in PACKETS:
                yield PACKETS[kind](body, order, interfaces)
        except (struct.error, IndexError, OverflowError):
            raise ValueError(f"byte {at}: a block that contradicts itself") from None
        at += size
    if at != len(data):
        raise ValueError(f"byte {at}: the file ends in the middle of a block")


def _section(data: bytes, at: int) -> str:
    for order in "<>":
        if data[at + 8 : at + 12] == struct.pack(order + "I", ORDER):
            return order
    raise ValueError(f"byte {at}: a section without a byte order")


def _interface(body: bytes, order: str) -> _Interface:
    link_type, _, snap = struct.unpack_from(order + "HHI", body)
    ticks, offset, at = 10**6, 0, 8
    while at + 4 <= len(body):
        code, size = struct.unpack_from(order + "HH", body, at)
        value = body[at + 4 : at + 4 + size]
        if code == 0:
            break
        if code == RESOLUTION and size == 1:
            ticks = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** (value[0] & 0x1F)
        if code == OFFSET and size == 8:
            offset = struct.unpack(order + "q", value)[0]
        at += 4 + size + -size % 4
    return _Interface(link_type, snap, ticks, offset)


def _enhanced(body: bytes, order: str, interfaces: list[_Interface]) -> Packet:
    number, high, low, size, _ = struct.unpack_from(order + "IIIII", body)
    return _timed(interfaces[number], high, low, size, body)


def _old(body: bytes, order: str, interfaces: list[_Interface]) -> Packet:
    number, _, high, low, size, _ = struct.unpack_from(order + "HHIIII", body)
    return _timed(interfaces[number], high, low, size, body)


def _timed(interface: _Interface, high: int, low: int, size: int, body: bytes) -> Packet:
    if size > min(LONGEST, len(body) - 20):
        raise IndexError
    at = (high << 32 | low) * 10**9 // interface.ticks + interface.offset * 10**9
    return Packet(at, interface.link_type, body[20 : 20 + size])


def _simple(body: bytes, order: str, interfaces: list[_Interface]) -> Packet:
    (size,) = struct.unpack_from(order + "I", body)
    held = min(size, interfaces[0].snap or size, len(body) - 4)
    return Packet(0, interfaces[0].link_type, body[4 : 4 + min(held, LONGEST)])


PACKETS = {OLD_PACKET: _old, SIMPLE: _simple, ENHANCED: _enhanced}


def head(link_type: int) -> bytes:
    """What a page begins with: little-endian, nanoseconds."""
    return struct.pack("<IHHiIII", NANO, 2, 4, 0, 0, SNAP, link_type)


def record(at: int, length: int, data: bytes) -> bytes:
    """One packet of a page. `at`: ns since 1970, held to what 32 bits of seconds can tell; `length`: what it had on the cable."""
    seconds, parts = divmod(min(max(at, 0), 0xFFFFFFFF * 10**9), 10**9)
    return struct.pack("<IIII", seconds, parts, len(data), max(length, len(data))) + data

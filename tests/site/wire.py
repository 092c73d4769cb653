"""What the lab's capture holds of one station's packets: kind, destination, port, flags and payload, of both IP versions."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import msgspec

FIN, SYN, RST = 0x01, 0x02, 0x04
_HEADERS = {0, 43, 60}  # IPv6 extension headers that another header follows


class Packet(msgspec.Struct, frozen=True):
    """One frame. `at`: seconds. `kind`: arp, nd, tcp, udp, icmp, icmp6 or other; `to`: address asked or sent to.

    `port`: the destination's, of ICMPv6 its type; `origin`, `own_port`: the sender's address and port.
    """

    at: float
    size: int
    source: str
    kind: str
    to: str = ""
    port: int = 0
    flags: int = 0
    body: bytes = b""
    own_port: int = 0
    origin: str = ""

    @property
    def group(self) -> bool:
        """Whether many hear it."""
        return bool(self.to) and (ip_address(self.to).is_multicast or self.to.endswith(".255"))


def packets(path: Path, mac: str = "") -> Iterator[Packet]:
    """All frames of a pcap file of Ethernet, or those that left `mac`."""
    data, at, own = path.read_bytes(), 24, bytes.fromhex(mac.replace(":", ""))
    while at + 16 <= len(data):
        seconds, micro, size, _ = struct.unpack_from("<IIII", data, at)
        frame = data[at + 16 : at + 16 + size]
        at += 16 + size
        if not own or frame[6:12] == own:
            yield _packet(seconds + micro / 1e6, frame)


def _packet(at: float, frame: bytes) -> Packet:
    source, kind = frame[6:12].hex(":"), frame[12:14]
    if kind == b"\x08\x06":
        word = "arp" if frame[20:22] == b"\x00\x01" else "arp reply"
        return Packet(at, len(frame), source, word, str(ip_address(frame[38:42])))
    if kind == b"\x08\x00" and len(frame) >= 34:
        ends = str(ip_address(frame[26:30])), str(ip_address(frame[30:34]))
        start, end = 14 + (frame[14] & 15) * 4, 14 + int.from_bytes(frame[16:18], "big")
        return _inner(at, frame, frame[23], ends, start, end)
    if kind == b"\x86\xdd" and len(frame) >= 54:
        following, start = frame[20], 54
        while following in _HEADERS:
            following, start = frame[start], start + 8 + frame[start + 1] * 8
        ends = str(ip_address(frame[22:38])), str(ip_address(frame[38:54]))
        return _inner(at, frame, following, ends, start, 54 + int.from_bytes(frame[18:20], "big"))
    return Packet(at, len(frame), source, "other")


def _inner(at: float, frame: bytes, protocol: int, ends: tuple[str, str], start: int, end: int) -> Packet:
    source, body, size, (origin, to) = frame[6:12].hex(":"), frame[start:end], len(frame), ends
    own, port = int.from_bytes(body[:2], "big"), int.from_bytes(body[2:4], "big")
    if protocol == 6:
        return Packet(at, size, source, "tcp", to, port, body[13], body[(body[12] >> 4) * 4 :], own, origin)
    if protocol == 17:
        return Packet(at, size, source, "udp", to, port, 0, body[8:], own, origin)
    if protocol == 58 and body[0] == 135:
        return Packet(at, size, source, "nd", str(ip_address(body[8:24])))
    if protocol == 58:
        return Packet(at, size, source, "icmp6", to, body[0], 0, body[4:], 0, origin)
    return Packet(at, size, source, "icmp" if protocol == 1 else "other", to, 0, 0, body[8:], 0, origin)

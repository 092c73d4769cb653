"""A packet capture at the desk's switch port: every frame that a scan sends or receives, taken outside the scanner."""

import socket
import struct
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import BinaryIO

import msgspec

ALL = 0x0003
DESK_PORT, PORTS = "to-desk", "to-"
NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT, REPORTS = 135, 136, (131, 132, 143)  # RFC 4861, RFC 2710, RFC 3810
OUTGOING = 4  # linux/if_packet.h: the kind of a frame that leaves by the interface
_HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
_PACKET, _STATISTICS, _BUFFER_FORCE, _TIMES = 263, 6, 33, 64  # linux/if_packet.h, asm/socket.h


class Sent(msgspec.Struct, frozen=True, order=True):
    """One kind of packet from the desk: `what` arp, nd, tcp, udp, icmp, icmp6, mld or other; `port` the destination's.

    `to`: for arp and nd the address asked for; for mld, which the kernel sends of its own accord, the group of its reports.
    """

    what: str
    to: str
    port: int = 0


class Capture:
    """Writes a pcap file from a raw socket. Opened in the namespace that holds the switches' ports.

    `interface` "": every port of every switch, each frame once, where it comes in: what a mirror of them all shows.
    """

    def __init__(self, interface: str, path: Path) -> None:
        self._mirror = not interface
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
        with suppress(PermissionError):  # only the machine's own root may go beyond the usual buffer
            self.socket.setsockopt(socket.SOL_SOCKET, _BUFFER_FORCE, 16 << 20)
        # The kernel's time of each frame: this process has devices to play and may read it seconds later.
        self.socket.setsockopt(socket.SOL_SOCKET, _TIMES, 1)
        if interface:
            self.socket.bind((interface, ALL))
        self.socket.setblocking(False)
        self._out: BinaryIO = path.open("wb", buffering=1 << 16)
        self._out.write(_HEAD)

    def take(self) -> None:
        """Writes every frame that waits."""
        for _ in range(512):
            try:
                frame, beside, _, (interface, _, kind, _, _) = self.socket.recvmsg(65535, socket.CMSG_SPACE(16))
            except OSError:  # nothing waits, or the port has just been shut
                break
            if not self._mirror or (kind != OUTGOING and interface.startswith(PORTS)):
                self.write(frame, *(struct.unpack("qq", data) for _, word, data in beside if word == _TIMES))
        self._out.flush()

    def write(self, frame: bytes, at: tuple[int, int] | None = None) -> None:
        """Adds one frame. `at`: when it was heard, in seconds and nanoseconds; None: now."""
        seconds, nano = at or divmod(time.time_ns(), 10**9)
        self._out.write(struct.pack("<IIII", seconds, nano // 1000, len(frame), len(frame)) + frame)

    def close(self) -> int:
        """Ends the file; the number of frames that the kernel dropped before they could be written."""
        self.take()
        _, dropped = struct.unpack("II", self.socket.getsockopt(_PACKET, _STATISTICS, 8))
        self.socket.close()
        self._out.close()
        return int(dropped)


def frames(path: Path) -> Iterator[bytes]:
    """The frames of a pcap file that Capture wrote."""
    data, at = path.read_bytes(), len(_HEAD)
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16 : at + 16 + size]
        at += 16 + size


def sent(path: Path, desk_mac: str) -> Counter[Sent]:
    """How many packets of each kind left the desk: ARP and ND by the address that they ask for, the rest by destination."""
    mac = bytes.fromhex(desk_mac.replace(":", ""))
    return Counter(_kind(frame) for frame in frames(path) if frame[6:12] == mac)


def _kind(frame: bytes) -> Sent:
    kind = frame[12:14]
    if kind == b"\x08\x06":
        return Sent("arp", str(IPv4Address(frame[38:42])))
    if kind == b"\x86\xdd" and len(frame) >= 54:
        return _kind6(frame)
    if kind != b"\x08\x00" or len(frame) < 34:
        return Sent("other", frame[:6].hex(":"))
    start, protocol, to = 14 + (frame[14] & 15) * 4, frame[23], str(IPv4Address(frame[30:34]))
    name = {1: "icmp", 6: "tcp", 17: "udp"}.get(protocol, "other")
    return Sent(name, to, _port(frame, start) if name in ("tcp", "udp") else 0)


def _kind6(frame: bytes) -> Sent:
    """Of extension headers only hop-by-hop options are passed over: those of multicast reports."""
    protocol, start, to = frame[20], 54, str(IPv6Address(frame[38:54]))
    if protocol == 0 and len(frame) >= 56:
        protocol, start = frame[54], 62 + frame[55] * 8
    if protocol == 58 and len(frame) > start:
        asks = frame[start] == NEIGHBOUR_SOLICITATION and len(frame) >= start + 24
        if asks:
            return Sent("nd", str(IPv6Address(frame[start + 8 : start + 24])))
        said = "mld" if frame[start] in REPORTS else "other" if frame[start] == NEIGHBOUR_ADVERTISEMENT else "icmp6"
        return Sent(said, to)  # an advertisement answers somebody's question about the desk: nobody is asked
    name = {6: "tcp", 17: "udp"}.get(protocol, "other")
    return Sent(name, to, _port(frame, start) if name != "other" else 0)


def _port(frame: bytes, start: int) -> int:
    return int.from_bytes(frame[start + 2 : start + 4], "big")

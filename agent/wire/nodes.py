"""Ask all nodes of a link once who they are: one ICMPv6 echo request to ff02::1, and the echo replies that come back."""

import ipaddress
import os
import select
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from agent.wire.sweep import LINK_GONE, SPEAK, Line

IPV6, ICMPV6, ECHO, REPLY = 0x86DD, 58, 128, 129
ALL_NODES = ipaddress.IPv6Address("ff02::1").packed
ALL_NODES_MAC = bytes.fromhex("333300000001")
BETWEEN = 60.0  # seconds between two such questions on one interface: every station of the link hears them
MOST = 4096  # answers taken: one host may answer for every address
OWN = Path("/proc/net/if_inet6")
LINK_LOCAL = 0x20  # the scope in that file
TENTATIVE = 0x40 | 0x08  # IFA_F_TENTATIVE, IFA_F_DADFAILED: nobody may send from such an address
HEAD = 54  # bytes of Ethernet and IPv6 together

Node = tuple[bytes, bytes]
"""(address, MAC)"""


def link_local(name: str, told: str) -> bytes:
    """The interface's own link-local address in `told`, the text of OWN; ValueError if it has none that may be used."""
    for line in told.splitlines():
        words = line.split()
        if (
            len(words) == 6
            and words[5] == name
            and int(words[3], 16) == LINK_LOCAL
            and not int(words[4], 16) & TENTATIVE
        ):
            return bytes.fromhex(words[0])
    raise ValueError(f"{name} has no link-local address of version 6")


def own_address(name: str) -> bytes:
    """`link_local` of this machine."""
    return link_local(name, OWN.read_text() if OWN.exists() else "")


def question(mac: bytes, source: bytes, mark: int) -> bytes:
    """The frame. `mark`: the identifier that answers repeat. Hop limit 1: no router passes it on."""
    body = struct.pack(">BBHHH", ECHO, 0, 0, mark, 1) + b"laydown\0"
    pseudo = source + ALL_NODES + struct.pack(">IxxxB", len(body), ICMPV6)
    body = body[:2] + struct.pack(">H", _checksum(pseudo + body)) + body[4:]
    head = struct.pack(">IHBB", 6 << 28, len(body), ICMPV6, 1) + source + ALL_NODES
    return ALL_NODES_MAC + mac + struct.pack(">H", IPV6) + head + body


def _checksum(data: bytes) -> int:
    """The ones' complement sum of RFC 1071; `data` of even length."""
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def answers_only(mark: int) -> bytes:
    """The filter: echo replies with our mark, no extension header before them, 64 bytes of each."""
    load_half, load_byte, equal, give = 0x28, 0x30, 0x15, 0x06
    steps = (
        (load_half, 0, 0, 12),
        (equal, 0, 7, IPV6),
        (load_byte, 0, 0, 20),
        (equal, 0, 5, ICMPV6),
        (load_byte, 0, 0, HEAD),
        (equal, 0, 3, REPLY),
        (load_half, 0, 0, HEAD + 4),
        (equal, 0, 1, mark),
        (give, 0, 0, 64),
        (give, 0, 0, 0),
    )
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def reply_of(frame: bytes, mark: int) -> Node | None:
    """(address, MAC) of who sent an echo reply with our mark; None for anything else."""
    if len(frame) < HEAD + 8 or frame[12:14] != b"\x86\xdd" or frame[20] != ICMPV6 or frame[HEAD] != REPLY:
        return None
    if int.from_bytes(frame[HEAD + 4 : HEAD + 6], "big") != mark or frame[22] == 0xFF or frame[6] & 1:
        return None
    return frame[22:38], frame[6:12]


def mark() -> int:
    """An identifier of our own: other programs of this machine may be pinging."""
    return os.getpid() & 0xFFFF


class Nodes:
    """One question under way. After `gather`: `heard`, and `stopped` why it ended early."""

    def __init__(self, line: Line, alive: Callable[[], bool], told_to_stop: Callable[[], bool]) -> None:
        self._line, self._alive, self._told_to_stop = line, alive, told_to_stop
        self.heard: dict[Node, None] = {}
        self.stopped = ""

    def gather(self, frame: bytes, mark: int, wait: float) -> Iterator[list[Node]]:
        """Send `frame` and yield batches of new answers for `wait` seconds, an empty one if nothing came for a while."""
        try:
            self._line.send(frame)
            until = spoke = time.monotonic()
            until += wait
            while not self.stopped and (left := until - time.monotonic()) > 0:
                select.select([self._line.fileno()], [], [], min(left, 0.1))
                fresh = self._fresh(mark)
                if fresh or time.monotonic() - spoke > SPEAK:
                    spoke = time.monotonic()
                    yield fresh
                self._check()
        except OSError:
            self.stopped = LINK_GONE

    def _fresh(self, mark: int) -> list[Node]:
        found = dict.fromkeys(node for frame in self._line.received() if (node := reply_of(frame, mark)) is not None)
        fresh = [node for node in found if node not in self.heard][: max(0, MOST - len(self.heard))]
        self.heard.update(dict.fromkeys(fresh))
        return fresh

    def _check(self) -> None:
        if self._told_to_stop():
            self.stopped = "stopped by the program"
        elif not self._alive():
            self.stopped = LINK_GONE

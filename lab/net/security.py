"""A switch port that shuts when too many ARP requests come in by it, as switches with ARP inspection do.

Such a port stays shut until a person opens it again: the lab never does.
"""

import ctypes
import os
import socket
import struct
import time
from collections import deque
from collections.abc import Callable

from lab.net.arp import ETHERNET_ARP, REQUEST
from lab.net.capture import ALL, OUTGOING

_SET_LINK, _REQUEST_AND_ACK, _UP = 19, 0x5, 1  # linux/rtnetlink.h, linux/netlink.h, net/if.h
_ATTACH_FILTER = 26  # asm-generic/socket.h
SECOND = 1.0


class PortSecurity:
    """Guards one switch port. Made in the namespace that holds it. `rate`: ARP requests in one second that it bears."""

    def __init__(self, interface: str, rate: int, told: Callable[[str], None]) -> None:
        # A bridge takes frames before sockets for one protocol see them, so this one is for all and filters by itself
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
        _only_arp(self.socket)
        self.socket.bind((interface, ALL))
        self.socket.setblocking(False)
        self._talk = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._index, self._rate, self._told = socket.if_nametoindex(interface), rate, told
        self._heard: deque[float] = deque()
        self.shut = False

    def take(self) -> None:
        """Counts every frame that waits, and shuts the port once there are too many in a second."""
        while (heard := self._one()) is not None:
            frame, kind = heard
            if kind != OUTGOING and frame[20:22] == REQUEST:
                self._count(time.monotonic())

    def _one(self) -> tuple[bytes, int] | None:
        try:
            frame, (_, _, kind, _, _) = self.socket.recvfrom(2048)
        except OSError:  # nothing waits, or the port is down
            return None
        return frame, kind

    def _count(self, now: float) -> None:
        self._heard.append(now)
        while self._heard[0] <= now - SECOND:
            self._heard.popleft()
        if len(self._heard) > self._rate and not self.shut:
            self.shut = True
            self._down()
            self._told(f"port shut: more than {self._rate} ARP requests in a second")

    def _down(self) -> None:
        """Takes the port's link away; the desk at its other end loses its carrier."""
        body = struct.pack("=BxHiII", socket.AF_UNSPEC, 0, self._index, 0, _UP)
        self._talk.send(struct.pack("=IHHII", 16 + len(body), _SET_LINK, _REQUEST_AND_ACK, 1, 0) + body)
        code: int = struct.unpack_from("=i", self._talk.recv(4096), 16)[0]
        if code:
            raise OSError(-code, os.strerror(-code))

    def close(self) -> None:
        self.socket.close()
        self._talk.close()


def _only_arp(ears: socket.socket) -> None:
    """A kernel filter (linux/filter.h): load the type at 12; if it is ARP take all of the frame, else none."""
    steps = ((0x28, 0, 0, 12), (0x15, 0, 1, ETHERNET_ARP), (0x06, 0, 0, 2048), (0x06, 0, 0, 0))
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(code, len(code))
    ears.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("@HP", len(steps), ctypes.addressof(held)))

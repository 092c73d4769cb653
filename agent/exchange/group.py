"""One datagram to all stations of a link, and what they answer within a time, within bounds of bytes and of stations."""

import contextlib
import ipaddress
import socket
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from agent.ask import Group
from agent.exchange.floor import Done, Floor, Heard, failure
from agent.exchange.sweep import DEAD, SHUT
from agent.reactor import READ
from agent.scope import LINK_LOCAL, holds

BROADCAST = "255.255.255.255"
LONGEST = 10.0  # seconds that answers are waited for, whatever a probe says
STATIONS = 4_096  # that one question may bring: a liar has as many source addresses as it wants
BYTES = 16 << 20  # of answers to one question that are kept
EACH = 65_536  # bytes of them from one address
BURST = 256  # datagrams a turn: a flood starves nobody else
RECEIVE = 1 << 20
ADD_MEMBERSHIP, BIND_TO_DEVICE = 35, 25  # IP_ADD_MEMBERSHIP of linux/in.h with a struct ip_mreqn; SO_BINDTODEVICE
REPORTS = 3  # packets the kernel sends when a socket joins a group and leaves it: two reports and a leave
FLOOD = f"more than {STATIONS:,} addresses or {BYTES >> 20} MB answered one question: the rest was not kept"


class Home(NamedTuple):
    """This machine on one link: its own address of each family, "" where it has none, and in which families all may be asked."""

    name: str
    four: str = ""
    six: str = ""
    whole: frozenset[int] = frozenset()


def is_group(address: str) -> bool:
    """Whether all stations of a link, and no station beyond it, may be meant by `address`."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return address == BROADCAST or (found.is_multicast and (found.version == 4 or str(found).startswith("ff02:")))


class Crowd:
    """How much of the answers is kept. `full`: something was not, for its size or number."""

    def __init__(self, most: int) -> None:
        self._most, self._bytes, self.full = most, 0, False
        self._told: dict[str, tuple[int, int]] = {}

    def takes(self, address: str, size: int) -> bool:
        """Whether a datagram of `address` is kept, and counts it."""
        number, held = self._told.get(address, (0, 0))
        if number >= self._most or held + size > EACH:
            return False
        if (not number and len(self._told) >= STATIONS) or self._bytes + size > BYTES:
            self.full = True
            return False
        self._told[address] = (number + 1, held + size)
        self._bytes += size
        return True


class Shout:
    """`heard(address, body)` for each datagram kept, `sent()` as soon as the question left, then `done(Heard)`.

    `leave()`: asked just before it leaves; 0.0 if it may, else the seconds to wait.

    `allows(address)`: whether its answer may be kept; the others are counted as strays. Link-local addresses carry their
    zone. `lacks`: why answers to the group itself are not heard, "" if they are or need not be.
    """

    def __init__(
        self,
        floor: Floor,
        home: Home,
        request: Group,
        allows: Callable[[str], bool],
        leave: Callable[[], float],
        sent: Callable[[], None],
        heard: Callable[[str, bytes], None],
        done: Done,
    ) -> None:
        self._floor, self._home, self._request, self._allows = floor, home, request, allows
        self._leave, self._sent, self._heard, self._done = leave, sent, heard, done
        self._six = ":" in request.group
        self._own = home.six if self._six else home.four
        self._crowd = Crowd(request.most)
        self._sockets: list[socket.socket] = []
        self.lacks = ""
        self._timer = floor.reactor.later(0.0, self._begin)

    def stop(self) -> None:
        """Hear no more."""
        self._timer.cancel()
        for made in self._sockets:
            self._floor.reactor.close(made)
        if self._request.joined and self._sockets:
            self._floor.lanes.left_group()

    def _begin(self) -> None:
        wait = self._floor.lanes.shout(1 + (REPORTS if self._request.joined else 0)) or self._leave()
        if wait > 0:
            self._timer = self._floor.reactor.later(wait, self._begin)
            return
        try:
            self._index = socket.if_nametoindex(self._home.name)
            if self._request.joined:
                self._join()
            asking = self._asking()
            asking.sendto(self._request.payload, self._place(self._request.group, self._request.port))
        except OSError as fault:
            self._end(Heard("cut", None, SHUT) if fault.errno in DEAD else failure(fault))
            return
        self._sent()
        self._timer = self._floor.reactor.later(min(self._request.wait, LONGEST), self._over)

    def _place(self, address: str, port: int) -> tuple[Any, ...]:
        return (address.partition("%")[0], port, 0, self._index) if self._six else (address, port)

    def _socket(self) -> socket.socket:
        made = socket.socket(socket.AF_INET6 if self._six else socket.AF_INET, socket.SOCK_DGRAM)
        self._sockets.append(made)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE)
        with contextlib.suppress(OSError):  # older kernels want a right for it: the own address names the link as well
            made.setsockopt(socket.SOL_SOCKET, BIND_TO_DEVICE, self._home.name.encode())
        self._floor.reactor.watch(made, READ, lambda: self._read(made))
        return made

    def _asking(self) -> socket.socket:
        """Bound to the link's own address, so that the question leaves there and single answers come back there."""
        made = self._socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind(self._place(self._own, self._request.from_port))
        except OSError:  # a program of this machine holds the port for itself, or it takes a right to have it
            made.bind(self._place(self._own, 0))
        if self._six:
            for option, value in (
                (socket.IPV6_MULTICAST_IF, self._index),
                (socket.IPV6_MULTICAST_HOPS, 1),
                (socket.IPV6_MULTICAST_LOOP, 0),
            ):
                made.setsockopt(socket.IPPROTO_IPV6, option, value)
            return made
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, self._mreqn("0.0.0.0"))
        for option, value in ((socket.IP_TTL, 1), (socket.IP_MULTICAST_TTL, 1), (socket.IP_MULTICAST_LOOP, 0)):
            made.setsockopt(socket.IPPROTO_IP, option, value)
        return made

    def _join(self) -> None:
        """Answers to the group itself; where another program holds its port alone, single answers have to do."""
        made = self._socket()
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(self._place(self._request.group, self._request.port))
            if self._six:
                group = socket.inet_pton(socket.AF_INET6, self._request.group)
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group + struct.pack("@I", self._index))
            elif self._request.group != BROADCAST:
                made.setsockopt(socket.IPPROTO_IP, ADD_MEMBERSHIP, self._mreqn(self._request.group))
        except OSError as fault:
            self.lacks = f"answers to {self._request.group} itself are not heard ({fault.strerror})"
            self._sockets.remove(made)
            self._floor.reactor.close(made)

    def _mreqn(self, group: str) -> bytes:
        return socket.inet_aton(group) + socket.inet_aton(self._own) + struct.pack("@i", self._index)

    def _read(self, sock: socket.socket) -> None:
        for _ in range(BURST):
            try:
                body, sender = sock.recvfrom(65_535)
            except OSError:  # nothing left, or an error that came back from one station
                return
            address = self._sender(sender)
            if address.partition("%")[0] == self._own or not self._allows(address):
                self._floor.tally.strays += 1
            elif self._crowd.takes(address, len(body)):
                self._heard(address, body)
            else:
                self._floor.tally.strays += 1

    def _sender(self, sender: tuple[Any, ...]) -> str:
        address = str(sender[0]).partition("%")[0]
        return zoned(address, self._home.name)

    def _over(self) -> None:
        self._end(Heard("cut", None, FLOOD) if self._crowd.full else Heard("answered"))

    def _end(self, heard: Heard) -> None:
        self.stop()
        self._done(heard)


def zoned(address: str, interface: str) -> str:
    """The address, with its zone where it means nothing without."""
    return f"{address}%{interface}" if holds(LINK_LOCAL, address) and "%" not in address else address

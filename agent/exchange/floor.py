"""What every exchange stands on: the loop, the turns, and where an address really is."""

import errno
import ipaddress
import socket
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from agent.lanes import LOOPBACK, Lanes
from agent.reactor import Reactor
from agent.scope import holds
from model.evidence import Status
from model.trouble import Trouble

PortMap = Mapping[tuple[str, int], tuple[str, int]]
NOBODY = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ETIMEDOUT, errno.ENETDOWN})
CLOSED = frozenset({errno.ECONNREFUSED, errno.ECONNRESET, errno.EPIPE})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})  # a broadcast address, or a local filter


class Heard(NamedTuple):
    """What came of an exchange. `body`: None if nothing was received, b"" if a connection opened and said nothing."""

    status: Status
    body: bytes | None = None
    reason: str = ""


Done = Callable[[Heard], None]


class Place(NamedTuple):
    """Where to send: the family, and the address as the socket calls want it."""

    family: socket.AddressFamily
    address: tuple[Any, ...]


class Turns:
    """A queue for each device: which credential works must be known before the second SNMP question is asked."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Callable[[], None]]] = {}

    def ask(self, host: str, begin: Callable[[], None]) -> None:
        """`begin` is called when it is its turn; it ends with `over`."""
        if host in self._waiting:
            self._waiting[host].append(begin)
        else:
            self._waiting[host] = deque()
            begin()

    def over(self, host: str) -> None:
        """The turn is over: the next begins."""
        if self._waiting[host]:
            self._waiting[host].popleft()()
        else:
            del self._waiting[host]


class Tally:
    """`strays`: datagrams from elsewhere, or that answer nothing asked: dropped."""

    strays = 0


class Floor:
    """`port_map`: the lab's loopback mode. Then nothing is sent but to the places it names: an address it does not know
    is silent, another port of one it knows refuses. It leads to loopback only; scope was judged by the address asked.
    """

    def __init__(
        self, reactor: Reactor, lanes: Lanes, source: str | None = None, port_map: PortMap | None = None
    ) -> None:
        self.reactor, self.lanes, self.source, self.port_map = reactor, lanes, source, port_map
        self.tally = Tally()
        self.turns = Turns()
        for place in (port_map or {}).values():
            if not holds(LOOPBACK, place[0]):
                raise Trouble(f"port map {place[0]}", "not a loopback address", "map to 127.0.0.0/8 or ::1 only")
        self._mapped = {address for address, _ in port_map or {}}

    def place(self, address: str, port: int) -> Place | Heard:
        """Where `port` of `address` is, or what comes of asking for it."""
        found = (address, port) if self.port_map is None else self.port_map.get((address, port))
        try:
            if found is not None:
                return located(*found)
        except OSError as fault:  # a zone that names no interface
            return failure(fault)
        return Heard("refused" if address in self._mapped else "silent", None, "no such port in the lab")

    def socket(self, family: socket.AddressFamily, kind: socket.SocketKind) -> socket.socket:
        """A non-blocking socket, bound to the source address if there is one of its family."""
        made = socket.socket(family, kind)
        made.setblocking(False)
        if self.source is not None and self.port_map is None:
            mine = located(self.source, 0)
            if mine.family == family:
                made.bind(mine.address)
        return made

    def soon(self, done: Done, heard: Heard) -> None:
        """`done(heard)` on the next turn: an exchange never ends inside its own beginning."""
        self.reactor.later(0.0, lambda: done(heard))


def located(address: str, port: int) -> Place:
    """The place of a literal address; a zone (`fe80::1%eth0`) becomes the interface's number."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        return Place(socket.AF_INET, (str(found), port))
    zone = found.scope_id
    number = socket.if_nametoindex(zone) if zone and not zone.isdigit() else int(zone or 0)
    return Place(socket.AF_INET6, (str(found).partition("%")[0], port, 0, number))


def same(place: Place, sender: Any) -> bool:
    """Whether a datagram's `sender` is the place asked."""
    return bool(sender[1] == place.address[1] and sender[0].partition("%")[0] == place.address[0])


def failure(fault: OSError) -> Heard:
    """What an error of the socket says about the other side."""
    if fault.errno in CLOSED:
        return Heard("refused")
    if fault.errno in NOBODY:
        return Heard("silent")
    if fault.errno in FORBIDDEN:
        return Heard("excluded", None, "a broadcast address, or forbidden by this machine")
    return Heard("failed", None, f"{errno.errorcode.get(fault.errno or 0, 'error')}: {fault.strerror}")

"""The way to an address: one datagram a hop limit, the routers' ICMP answers read from the socket's own error queue.

No raw socket and no right is needed: the kernel keeps, for each datagram that came back as an error, who said so.
"""

import errno
import ipaddress
import socket
import struct
from collections.abc import Callable, Mapping

from agent.ask import Hops
from agent.exchange.floor import Floor, Heard, Place, located
from agent.reactor import READ, Timer
from agent.rows import lines
from model.evidence import Status

# Per family: level, option that keeps errors, option of the hop limit (linux/in.h, in6.h).
KEEP = {socket.AF_INET: (socket.IPPROTO_IP, 11, socket.IP_TTL), socket.AF_INET6: (socket.IPPROTO_IPV6, 25, 16)}
FROM_ICMP = (2, 3)  # ee_origin of linux/errqueue.h: ICMP, ICMPv6
EXTENDED = struct.Struct("=IBBBBII")  # struct sock_extended_err; the offender's address follows it
PAYLOAD = b"laydown: how this site reaches the outside"
DRAIN = 64
Row = Mapping[str, str]


class Path:
    """`done` hears `answered` with the rows if any router or the target answered, else `silent`."""

    def __init__(self, floor: Floor, request: Hops, gateway: Row, done: Callable[[Heard], None]) -> None:
        """`gateway`: the first row, from this machine's own tables."""
        self._floor, self._request, self._done = floor, request, done
        self._rows: list[Row] = [gateway]
        self._ttl, self._try, self._mute = 1, 0, 0
        self._sent_at = 0.0
        self._over = self._heard_any = False
        self._timer: Timer | None = None
        self._sock: socket.socket | None = None
        place = located(request.target, request.port)
        self._place: Place = place
        floor.lanes.ask(request.target, "udp", 1, self._begin)

    def stop(self) -> None:
        """Interrupted: close what is open."""
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        if self._sock is not None:
            self._floor.reactor.close(self._sock)

    def _begin(self) -> None:
        if self._over:
            return
        level, keep, _ = KEEP[self._place.family]
        try:
            self._sock = self._floor.socket(self._place.family, socket.SOCK_DGRAM)
            self._sock.setsockopt(level, keep, 1)
        except OSError as fault:
            self._end(fault.strerror or str(fault))
            return
        self._floor.reactor.watch(self._sock, READ, self._read)
        self._send()

    def _send(self) -> None:
        if self._over or self._sock is None:
            return
        level, _, limit = KEEP[self._place.family]
        address = list(self._place.address)
        address[1] = self._request.port + self._ttl  # which port came back says which limit it was
        try:
            self._sock.setsockopt(level, limit, self._ttl)
            self._sent_at = self._floor.reactor.monotonic()
            self._sock.sendto(PAYLOAD, tuple(address))
        except OSError as fault:
            if fault.errno not in (errno.EHOSTUNREACH, errno.ECONNREFUSED, errno.EAGAIN):
                self._end(fault.strerror or str(fault))
                return
        self._timer = self._floor.reactor.later(self._request.wait, self._late)

    def _late(self) -> None:
        self._try += 1
        if self._try < self._request.tries:
            self._floor.lanes.ask(self._request.target, "udp", 1, self._send)
        else:
            self._mute += 1
            self._note("hop", "", "")
            self._next()

    def _read(self) -> None:
        assert self._sock is not None
        for _ in range(DRAIN):
            try:
                _, extras, _, sender = self._sock.recvmsg(512, 512, socket.MSG_ERRQUEUE)
            except OSError:
                break
            found = _offender(extras)
            if found is not None and sender[1] == self._request.port + self._ttl:
                self._answered(*found)
                if self._over:
                    return
        try:  # an answer by whoever serves that port: the target was reached
            for _ in range(DRAIN):  # whoever floods this port is heard again the next turn, and the timer between them
                _, sender = self._sock.recvfrom(512)
                if (
                    sender[0].partition("%")[0] == self._place.address[0]
                    and sender[1] == self._request.port + self._ttl
                ):
                    self._answered(self._place.address[0], True)
                    return
        except OSError:
            return

    def _answered(self, address: str, unreachable: bool) -> None:
        if self._timer is not None:
            self._timer.cancel()
        took = str(int((self._floor.reactor.monotonic() - self._sent_at) * 1_000_000))
        self._mute, self._heard_any = 0, True
        reached = unreachable and _same(address, self._place.address[0])
        self._note("reached" if reached else "hop", address, took)
        if unreachable:  # the target, or a router that will not pass it on: nothing lies behind
            self._end("")
        else:
            self._next()

    def _next(self) -> None:
        self._ttl, self._try = self._ttl + 1, 0
        if self._ttl > self._request.most or self._mute >= self._request.mute:
            self._end("")
        else:
            self._floor.lanes.ask(self._request.target, "udp", 1, self._send)

    def _note(self, kind: str, address: str, took: str) -> None:
        self._rows.append({"kind": kind, "ttl": str(self._ttl), "address": address, "rtt_us": took})

    def _end(self, reason: str) -> None:
        if self._over:
            return
        self.stop()
        while len(self._rows) > 1 and not self._rows[-1]["address"]:  # silence to the end is said by the last answer
            self._rows.pop()
        status: Status = "answered" if self._heard_any else "failed" if reason else "silent"
        self._floor.soon(self._done, Heard(status, lines(self._rows), reason))


def _offender(extras: list[tuple[int, int, bytes]]) -> tuple[str, bool] | None:
    """(who sent the ICMP error, whether it was an unreachable one) of a message from the error queue."""
    for level, kind, data in extras:
        family = next((fam for fam, (at, keep, _) in KEEP.items() if (level, kind) == (at, keep)), None)
        if family is None or len(data) < EXTENDED.size + 8:
            continue
        _, origin, icmp, _, _, _, _ = EXTENDED.unpack_from(data)
        if origin not in FROM_ICMP:
            return None
        start = EXTENDED.size
        raw = data[start + 4 : start + 8] if family == socket.AF_INET else data[start + 8 : start + 24]
        if len(raw) not in (4, 16):
            return None
        unreachable = icmp == 3 if family == socket.AF_INET else icmp == 1
        return str(ipaddress.ip_address(raw)), unreachable
    return None


def _same(one: str, other: str) -> bool:
    return ipaddress.ip_address(one) == ipaddress.ip_address(other.partition("%")[0])

"""One datagram asked, retried, and the first fitting answer from the very address and port that was asked."""

import contextlib
import socket
from collections.abc import Callable

from agent.exchange.floor import Done, Floor, Heard, Place, failure, same
from agent.reactor import READ, Timer

RECVERR = {socket.AF_INET: (socket.IPPROTO_IP, 11), socket.AF_INET6: (socket.IPPROTO_IPV6, 25)}  # linux/in.h, in6.h
LARGEST = 65_535
DRAIN = 64  # datagrams read a turn, so that one babbler starves nobody


def any_body(_: bytes) -> bool:
    """Accepts whatever comes."""
    return True


class Datagram:
    """`done` hears `answered`, `refused` (ICMP port unreachable), `silent`, `excluded` or `failed`.

    `accept` tells whether a datagram answers the question; others are counted as strays. A socket of its own for each
    question: a late answer to an earlier one finds the door shut.
    """

    def __init__(
        self,
        floor: Floor,
        host: str,
        port: int,
        payload: bytes,
        wait: float,
        retries: int,
        done: Done,
        accept: Callable[[bytes], bool] = any_body,
    ) -> None:
        self._floor, self._host, self._payload, self._wait = floor, host, payload, wait
        self._left, self._done, self._accept = retries, done, accept
        self._timer: Timer | None = None
        self._socket: socket.socket | None = None
        place = floor.place(host, port)
        if isinstance(place, Heard):
            floor.soon(done, place)
            return
        self._place: Place = place
        floor.lanes.ask(host, "udp", 1, self._send)

    def _send(self) -> None:
        if self._timer is _OVER:  # the answer to the first try came while the second waited for its turn
            return
        try:
            if self._socket is None:
                self._open()
            assert self._socket is not None
            self._socket.sendto(self._payload, self._place.address)
        except BlockingIOError:
            pass  # a full send buffer is a lost packet: the retry is for that
        except OSError as fault:
            self._end(failure(fault))
            return
        self._timer = self._floor.reactor.later(self._wait, self._late)

    def _open(self) -> None:
        self._socket = self._floor.socket(self._place.family, socket.SOCK_DGRAM)
        level, option = RECVERR[self._place.family]
        with contextlib.suppress(OSError):  # without it a closed port is merely silent
            self._socket.setsockopt(level, option, 1)
        self._floor.reactor.watch(self._socket, READ, self._read)

    def _late(self) -> None:
        if self._left > 0:
            self._left -= 1
            self._floor.lanes.ask(self._host, "udp", 1, self._send)
        else:
            self._end(Heard("silent"))

    def _read(self) -> None:
        assert self._socket is not None
        for _ in range(DRAIN):
            try:
                body, sender = self._socket.recvfrom(LARGEST)
            except BlockingIOError:
                return
            except OSError as fault:
                self._end(failure(fault))
                return
            if same(self._place, sender) and self._accept(body):
                self._end(Heard("answered", body))
                return
            self._floor.tally.strays += 1

    def _end(self, heard: Heard) -> None:
        if self._timer is _OVER:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = _OVER
        if self._socket is not None:
            self._floor.reactor.close(self._socket)
        (self._floor.lanes.missed if heard.status == "silent" else self._floor.lanes.met)(self._host)
        self._floor.soon(self._done, heard)


_OVER = Timer(lambda: None)

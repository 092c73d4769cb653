"""One datagram to many addresses from one socket, answers matched by the place asked, all asked equally often."""

import errno
import socket
from collections.abc import Callable, Iterator
from typing import Any

from agent.exchange.floor import Floor, Heard, Place
from agent.reactor import READ, Timer
from agent.scope import names
from model.spans import Spans

TRIES = 2
WAIT = 2.0  # seconds after the last question of a round
RECEIVE = 8 << 20  # bytes of socket buffer: answers come in bursts
BURST = 256  # questions, or answers, a turn
DEAD = frozenset({errno.ENETDOWN, errno.ENODEV, errno.ENXIO})
QUIET = 10.0  # seconds without an answer, after WITNESSES had answered, until they are asked again
WITNESSES = 3
MUTE = "all answers stopped in mid-sweep: the switch may have shut this port; look at it before the next try"
SHUT = "the link went down in mid-sweep: the switch may have shut this port; look at it before the next try"
Take = Callable[[str], float]


class Fan:
    """`heard(address, body)` for the first answer of each address, then `done(Heard)`: `answered`, `silent` or `cut`.

    `take(address)`: books one packet to it and gives 0.0, or the seconds to wait. `answered`: addresses.
    """

    def __init__(
        self,
        floor: Floor,
        wanted: Spans,
        port: int,
        payload: bytes,
        take: Take,
        heard: Callable[[str, bytes], None],
        done: Callable[[Heard], None],
    ) -> None:
        self._floor, self._wanted, self._port, self._payload = floor, wanted, port, payload
        self._take, self._heard, self._done = take, heard, done
        self.answered: dict[str, None] = {}
        self._open: dict[tuple[Any, ...], str] = {}
        self._sockets: dict[socket.AddressFamily, socket.socket] = {}
        self._round = 0
        self._heard_at = self._asked_again = floor.reactor.monotonic()
        self._timer: Timer = floor.reactor.later(0.0, self._begin)

    def _begin(self) -> None:
        if self._round:  # who said nothing is a stranger to the kernel again
            for address in names(self._wanted):
                if address not in self.answered:
                    self._floor.lanes.missed(address)
        self._round += 1
        self._todo: Iterator[str] = names(self._wanted)
        self._next: str | None = None
        self._go_on()

    def _go_on(self) -> None:
        if self._mute():
            self._end(Heard("cut", None, MUTE))
            return
        for _ in range(BURST):
            address = self._next or next(self._todo, None)
            if address is None:
                self._timer = self._floor.reactor.later(WAIT, self._round_over)
                return
            wait = 0.0 if address in self.answered else self._take(address)
            self._next = address if wait > 0 else None
            if wait > 0:
                self._timer = self._floor.reactor.later(wait, self._go_on)
                return
            if address not in self.answered and not self._send(address):
                self._end(Heard("cut", None, SHUT))
                return
        self._timer = self._floor.reactor.later(0.0, self._go_on)

    def _mute(self) -> bool:
        """Whether those that answered before no longer do. A stretch of empty addresses is not that."""
        now = self._floor.reactor.monotonic()
        if len(self.answered) < WITNESSES or now - self._heard_at < QUIET:
            return False
        if self._asked_again > self._heard_at:
            return now - self._asked_again > WAIT
        self._asked_again = now
        for address in list(self.answered)[-WITNESSES:]:
            self._floor.lanes.spend(address, 1)
            self._send(address)
        return False

    def _send(self, address: str) -> bool:
        """False if the link is gone. Other errors are that address's own: it stays silent."""
        place = self._floor.place(address, self._port)
        if isinstance(place, Heard):
            return True
        self._open[_key(place.address)] = address
        try:
            self._socket(place).sendto(self._payload, place.address)
        except OSError as fault:
            return fault.errno not in DEAD
        return True

    def _socket(self, place: Place) -> socket.socket:
        made = self._sockets.get(place.family)
        if made is None:
            made = self._sockets[place.family] = self._floor.socket(place.family, socket.SOCK_DGRAM)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE)
            self._floor.reactor.watch(made, READ, lambda: self._read(made))
        return made

    def _read(self, sock: socket.socket) -> None:
        for _ in range(BURST):
            try:
                body, sender = sock.recvfrom(65_535)
            except OSError:  # nothing left; errors of single addresses do not matter here
                return
            address = self._open.get(_key(sender))
            if address is not None:
                self._heard_at = self._floor.reactor.monotonic()
            if address is None or address in self.answered:
                self._floor.tally.strays += 1
                continue
            self.answered[address] = None
            self._heard(address, body)

    def _round_over(self) -> None:
        if self._round < TRIES and len(self.answered) < self._wanted.size:
            self._begin()
        else:
            self._end(Heard("answered" if self.answered else "silent"))

    def _end(self, heard: Heard) -> None:
        for sock in self._sockets.values():
            self._floor.reactor.close(sock)
        self._done(heard)


def _key(place: tuple[Any, ...]) -> tuple[Any, ...]:
    """Address, port and zone: what is the same in the place asked and in an answer's sender."""
    return (place[0].partition("%")[0], place[1], *place[3:])

"""One loop over sockets and timers, no threads. Sockets are always served before timers: a late loop loses no reply."""

import heapq
import selectors
import socket
from collections.abc import Callable
from itertools import count

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
Ready = Callable[[], None]
LONGEST_NAP = 0.5  # seconds: an interrupt is noticed at once anyway; this bounds a clock that jumps


class Timer:
    """A call that will be made; `cancel` it if it is no longer wanted."""

    __slots__ = ("call",)

    def __init__(self, call: Ready) -> None:
        self.call: Ready | None = call

    def cancel(self) -> None:
        """The call is not made any more."""
        self.call = None


class Reactor:
    """Calls back when sockets are ready or times have come. `monotonic`: seconds, never backwards."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.monotonic = monotonic
        self._selector = selectors.DefaultSelector()
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = count()
        self._resting: set[socket.socket] = set()

    @property
    def sockets(self) -> int:
        """How many sockets are open here."""
        return len(self._selector.get_map()) + len(self._resting)

    def later(self, seconds: float, call: Ready) -> Timer:
        """`call` is made in `seconds`."""
        timer = Timer(call)
        heapq.heappush(self._timers, (self.monotonic() + seconds, next(self._order), timer))
        return timer

    def watch(self, sock: socket.socket, events: int, call: Ready) -> None:
        """`call` is made when `sock` is ready for `events`; replaces what was said of it before, a rest too."""
        self._resting.discard(sock)
        try:
            self._selector.modify(sock, events, call)
        except KeyError:
            self._selector.register(sock, events, call)

    def rest(self, sock: socket.socket, seconds: float) -> None:
        """Look away from a watched `sock` for so long."""
        key = self._selector.unregister(sock)
        self._resting.add(sock)

        def again() -> None:
            if sock in self._resting:  # not closed meanwhile
                self._resting.discard(sock)
                self._selector.register(sock, key.events, key.data)

        self.later(seconds, again)

    def close(self, sock: socket.socket) -> None:
        """Forget `sock` and close it; a second time does nothing."""
        if sock in self._resting:
            self._resting.discard(sock)
        elif sock.fileno() >= 0:
            self._selector.unregister(sock)
        sock.close()

    def turn(self) -> None:
        """Wait for the next event, serve what is ready, then what is due."""
        for key, _ in self._selector.select(self._nap()):
            if key.fileobj in self._selector.get_map():  # an earlier call of this turn may have closed it
                key.data()
        now = self.monotonic()
        while self._timers and self._timers[0][0] <= now:
            timer = heapq.heappop(self._timers)[2]
            if timer.call is not None:
                timer.call()

    def shut(self) -> None:
        """Close every socket, forget every timer."""
        watched = [key.fileobj for key in self._selector.get_map().values()]
        for sock in (*watched, *self._resting):
            if isinstance(sock, socket.socket):
                self.close(sock)
        self._selector.close()
        self._timers.clear()

    def _nap(self) -> float:
        while self._timers and self._timers[0][2].call is None:
            heapq.heappop(self._timers)
        if not self._timers:
            return LONGEST_NAP
        return min(LONGEST_NAP, max(0.0, self._timers[0][0] - self.monotonic()))

"""Who may send next: one queue a host and transport, served in turn as the budget allows; one TCP connection a host."""

import heapq
from collections import deque
from collections.abc import Callable, Set
from itertools import count
from typing import Literal, NamedTuple

from agent.budget import ARP_TRIES, Budget
from agent.reactor import Reactor, Timer
from agent.scope import holds
from model.spans import Spans, spans

Kind = Literal["udp", "tcp"]
Key = tuple[str, Kind]
LOOPBACK = spans(["127.0.0.0/8", "::1"])
SOCKETS = 512  # open at once: two seconds of silence at 300 packets/s, and half of the usual limit of a process
CROWDED = 0.02  # seconds until the next look when all sockets are in use
SOONEST = 0.001
RECHECK = 0.1  # seconds: a neighbour that answers, be it the kernel alone, frees what was booked for its silence
NOWHERE = Spans()


class Job(NamedTuple):
    """`packets` to book, then `start`; `burst` more follow at once."""

    packets: int
    start: Callable[[], None]
    burst: int = 0


class Lanes:
    """`ask` queues a job; it starts when the budget, the host's one TCP connection and the socket limit let it."""

    def __init__(
        self,
        reactor: Reactor,
        budget: Budget,
        on_link: Spans = NOWHERE,
        sockets: int = SOCKETS,
        acquainted: Callable[[], Set[str]] = frozenset,
    ) -> None:
        """`on_link`: this machine's links, where the kernel asks everybody for an address it does not know; `acquainted`: those
        it knows at this moment."""
        self._reactor, self._budget, self._sockets = reactor, budget, sockets
        self._on_link = on_link - LOOPBACK
        self._known: set[str] = set()
        self._doubted: set[str] = set()  # booked as if silent; nothing heard yet
        self._alive: set[str] = set()
        self._put_by: dict[str, int] = {}  # packets of a connection under way that the total has room for
        self._acquainted, self._held, self._looked = acquainted, acquainted(), reactor.monotonic()
        self._queues: dict[Key, deque[Job]] = {}
        self._busy: set[Key] = set()
        self._heap: list[tuple[float, int, Key]] = []
        self._order = count()
        self._pump: Timer | None = None

    def ask(self, host: str, kind: Kind, packets: int, start: Callable[[], None], burst: int = 0) -> None:
        """`start` is called in its turn, `packets` being booked and room for `burst` more. A TCP job ends with `free`."""
        key, job = (host, kind), Job(packets, start, burst)
        queue = self._queues.get(key)
        if queue is not None:
            queue.append(job)
            return
        self._queues[key] = deque([job])
        if key not in self._busy:
            self._push(key, 0.0)

    def free(self, host: str) -> None:
        """The TCP connection to `host` is closed: the next may start."""
        key: Key = (host, "tcp")
        self._busy.discard(key)
        self._budget.release(self._put_by.pop(host, 0))
        if key in self._queues:
            self._push(key, 0.0)

    def spend(self, host: str, packets: int) -> None:
        """`packets` to `host` left outside a turn."""
        held = min(packets, self._put_by.get(host, 0))
        if held:
            self._put_by[host] -= held
        self._budget.spend(self._reactor.monotonic(), host, packets, held)

    def rest(self, host: str) -> float:
        """Seconds until the budget lets anything more be said to `host`."""
        return self._budget.rest(self._reactor.monotonic(), host)

    def take(self, host: str) -> float:
        """0.0 and one packet of a sweep to `host` is booked, or the seconds to wait."""
        now, new = self._reactor.monotonic(), self.is_new(host)
        return self._take(now, host, 1, new)

    def shout(self, packets: int) -> float:
        """0.0 and `packets` to all stations of a link are booked, or the seconds to wait."""
        return self._budget.shout(self._reactor.monotonic(), packets)

    def left_group(self) -> None:
        """A socket left a group of a link."""
        self._budget.left_group(self._reactor.monotonic())

    def settles(self) -> float:
        """Seconds until an even stream at the link's full rate may begin."""
        return self._budget.settles(self._reactor.monotonic())

    def is_new(self, host: str) -> bool:
        """Whether the kernel must ask the link for `host` before it can send."""
        unknown = bool(self._on_link.ranges) and host not in self._known and holds(self._on_link, host)
        return unknown and host not in self._look()

    def met(self, host: str) -> None:
        """`host` gave a sign of life: the kernel knows it now, and asked for it once only."""
        self._alive.add(host)
        if self._on_link.ranges:
            self._known.add(host)
            if host in self._doubted:
                self._doubted.discard(host)
                self._budget.unask_link(ARP_TRIES - 1)

    def missed(self, host: str) -> None:
        """`host` said nothing: the kernel will ask the link again next time."""
        self._known.discard(host)
        self._doubted.discard(host)

    def _look(self) -> Set[str]:
        """Whom the kernel knows, looked up now and then: it asked once for those of them that were booked as silent."""
        now = self._reactor.monotonic()
        if now - self._looked >= RECHECK:
            self._looked, self._held = now, self._acquainted()
            for host in self._doubted & self._held:
                self._doubted.discard(host)
                self._budget.unask_link(ARP_TRIES - 1)
        return self._held

    def _take(self, now: float, host: str, packets: int, new: bool, burst: int = 0, held: int = 0) -> float:
        """Nobody knows yet whether a new neighbour lives: all that the kernel may ask for it is booked at once."""
        wait = self._budget.take(now, host, packets, new, burst, held)
        if not new or wait > 0:
            return min(wait, RECHECK) if new else wait
        self._budget.ask_link(now, ARP_TRIES - 1)
        self._doubted.add(host)
        self._known.add(host)
        return 0.0

    def _push(self, key: Key, wait: float) -> None:
        heapq.heappush(self._heap, (self._reactor.monotonic() + wait, next(self._order), key))
        self._wake(wait)

    def _wake(self, wait: float) -> None:
        if wait <= 0 or self._pump is None:
            if self._pump is not None:
                self._pump.cancel()
            self._pump = self._reactor.later(wait, self._serve)

    def _serve(self) -> None:
        self._pump = None
        now = self._reactor.monotonic()
        while self._heap and self._heap[0][0] <= now:
            wait = CROWDED if self._reactor.sockets >= self._sockets else self._budget.wait(now)
            if wait > 0:
                return self._wake(max(wait, SOONEST))
            self._try(now, heapq.heappop(self._heap)[2])
        if self._heap:
            self._wake(max(self._heap[0][0] - now, SOONEST))
        return None

    def _try(self, now: float, key: Key) -> None:
        queue, (host, kind) = self._queues[key], key
        new = self.is_new(host)
        # Of a host that may not be there nothing is put by: it would hold up all others until its silence is over.
        held = queue[0].burst if kind == "tcp" and (host in self._alive or host in self._held) else 0
        wait = self._take(now, host, queue[0].packets, new, queue[0].burst, held)
        if wait > 0:
            heapq.heappush(self._heap, (now + max(wait, SOONEST), next(self._order), key))
            return
        job = queue.popleft()
        if not queue:
            del self._queues[key]
        if kind == "tcp":
            self._busy.add(key)
            self._put_by[host] = held
        elif queue:
            heapq.heappush(self._heap, (now, next(self._order), key))
        job.start()

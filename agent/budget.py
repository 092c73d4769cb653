"""How fast packets may leave: over all, per host, and per link for what all stations hear. Time is an argument.

What counts as a packet: every UDP datagram and every retry is one. A TCP exchange is booked as it goes: one for the
SYN, one more if no answer came (the kernel repeats it once), then one for the handshake's ACK, one for each 1,400 bytes
of payload, one for the close, and three more for TLS (hello, key, finished). What the kernel sent beyond that,
acknowledgements above all, is counted and booked as it happens. What is booked after the fact delays whatever is next.
"""

import msgspec

SEGMENT = 1_400  # bytes of payload in one TCP segment, near enough
TLS_PACKETS = 3
BURST = 5  # packets of a connection beyond its SYN: handshake, question, two acknowledgements, close
FLIGHT = 3  # segments that a peer may send ahead of our reading, each of them acknowledged
SECOND = 1.02  # what is booked leaves a little later
KERNEL_NEIGHBOURS = 150  # new on-link addresses/s: the kernel keeps each of its 1,024 neighbour entries at least 5 s
LEAVING = (
    1.1  # seconds in which the kernel repeats, at a time of its own choice, that it has left a group (RFC 3376, 8.11)
)
ARP_TRIES = 3  # the kernel asks three times for a neighbour that does not answer


class Profile(msgspec.Struct, frozen=True):
    """Rates in packets per second: over `total`, to one `host`, and of ARP, ND, broadcast and multicast on a `link`."""

    name: str
    total: float
    host: float
    link: float


PROFILES = {
    "gentle": Profile("gentle", 300, 20, 10),
    "normal": Profile("normal", 1_000, 40, 50),
    "fast": Profile("fast", 5_000, 200, 200),
}


class Bucket:
    """A token bucket as one number: when it will be full again. Bookings may overdraw it; the debt delays the next."""

    __slots__ = ("burst", "full_at", "rate")

    def __init__(self, rate: float, burst: float) -> None:
        """`rate` packets a second; `burst` seconds' worth may leave at once."""
        self.rate, self.burst, self.full_at = rate, burst, float("-inf")

    def wait(self, now: float) -> float:
        """Seconds until one packet may leave; 0.0 if it may now."""
        return max(0.0, self.full_at - self.burst - now)

    def book(self, now: float, packets: float) -> None:
        """`packets` leave now."""
        self.full_at = max(self.full_at, now) + packets / self.rate


class Pace:
    """One host's bucket, and what left for it of late: no stretch of a second holds more than the rate, bursts and all."""

    __slots__ = ("bucket", "held", "recent")

    def __init__(self, rate: float) -> None:
        self.bucket = Bucket(rate, 0.0)
        self.recent: list[
            tuple[float, int]
        ] = []  # short, and one for each of 65,536 hosts: a deque would weigh ten times more
        self.held = 0

    def wait(self, now: float, packets: int) -> float:
        """Seconds until `packets` may leave at once; more than a second holds may follow a second of rest."""
        while self.recent and self.recent[0][0] <= now - SECOND:
            self.held -= self.recent.pop(0)[1]
        wait, over = self.bucket.wait(now), self.held + packets - self.bucket.rate
        for at, some in self.recent:
            if over <= 0:
                break
            over, wait = over - some, max(wait, at + SECOND - now)
        return wait

    def book(self, now: float, packets: int) -> None:
        """`packets` leave now."""
        self.bucket.book(now, packets)
        self.recent.append((now, packets))
        self.held += packets


class Budget:
    """The buckets of one run. `sent`: packets booked so far."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.sent = 0
        self._total = Bucket(profile.total, 0.01)
        self._hosts: dict[str, Pace] = {}
        self._crowd = 4_096
        self._link = Bucket(min(profile.link, KERNEL_NEIGHBOURS), 0.0)
        self._left_at = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds until the total lets anything leave."""
        return self._total.wait(now)

    def take(
        self, now: float, host: str, packets: int = 1, on_link: bool = False, burst: int = 0, held: int = 0
    ) -> float:
        """0.0 and `packets` to `host` are booked, or the seconds to wait, and nothing is booked.

        `on_link`: the kernel will have to ask the whole link for `host` first, so the link's budget is booked too.
        `burst`: packets that will follow at once: there must be room for them in the same second. `held` of them are put by in
        the total, for `spend` to use and `release` to give back.
        """
        pace = self._host(now, host)
        wait = max(self._total.wait(now), pace.wait(now, packets + burst), self._link.wait(now) if on_link else 0.0)
        if wait > 0:
            return wait
        self.spend(now, host, packets)
        self._total.book(now, held)
        if on_link:
            self.ask_link(now)
        return 0.0

    def spend(self, now: float, host: str, packets: int, held: int = 0) -> None:
        """`packets` to `host` left already, `held` of them put by for that: book them whatever the buckets say."""
        self.sent += packets
        self._total.book(now, packets - held)
        self._host(now, host).book(now, packets)

    def release(self, packets: int) -> None:
        """`packets` that were put by are not needed after all."""
        self._total.full_at -= packets / self._total.rate

    def rest(self, now: float, host: str) -> float:
        """Seconds until `host` and the total have room for what reading on brings about; nothing is booked."""
        return max(self._total.wait(now), self._host(now, host).wait(now, FLIGHT))

    def shout(self, now: float, packets: int = 1) -> float:
        """0.0 and `packets` that all stations of a link hear are booked, or the seconds to wait, and nothing is booked."""
        wait = max(self._total.wait(now), self._link.wait(now))
        if wait <= 0:
            self._total.book(now, packets)
            self.ask_link(now, packets)
        return wait

    def ask_link(self, now: float, packets: int = 1) -> None:
        """`packets` that a whole link heard left already."""
        self.sent += packets
        self._link.book(now, packets)

    def left_group(self, now: float) -> None:
        """A socket left a group: what the kernel says of it comes once more later."""
        self._left_at = now

    def settles(self, now: float) -> float:
        """Seconds until the link hears nothing more of what was booked: an even stream at the full rate may begin then."""
        return max(0.0, self._left_at + LEAVING - now, self._link.wait(now))

    def unask_link(self, packets: int) -> None:
        """`packets` booked on the link did not leave after all."""
        self.sent -= packets
        self._link.full_at -= packets / self._link.rate

    def _host(self, now: float, host: str) -> Pace:
        pace = self._hosts.get(host)
        if pace is None:
            if len(self._hosts) > self._crowd:  # forget those that rest: a sweep names 65,536 hosts once each
                since = now - SECOND
                self._hosts = {name: held for name, held in self._hosts.items() if held.bucket.full_at > since}
                self._crowd = max(4_096, 2 * len(self._hosts))
            pace = self._hosts[host] = Pace(self.profile.host)
        return pace

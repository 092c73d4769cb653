"""Sets of addresses (and of plain labels) as sorted spans: what a ledger counts without listing 65,536 lines."""

import ipaddress
from bisect import bisect_left
from collections.abc import Iterable, Iterator

import msgspec

IP = ipaddress.IPv4Address | ipaddress.IPv6Address


class Spans(msgspec.Struct, frozen=True):
    """`ranges`: sorted, disjoint (version, first, last) of integers, both ends included; `labels`: everything that is no address."""

    ranges: tuple[tuple[int, int, int], ...] = ()
    labels: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ranges or self.labels)

    @property
    def size(self) -> int:
        """How many there are. No `len`: an IPv6 subnet holds more than Python allows one to be."""
        return sum(last - first + 1 for _, first, last in self.ranges) + len(self.labels)

    def __contains__(self, item: str) -> bool:
        one = spans([item])
        return not one - self

    def __or__(self, other: "Spans") -> "Spans":
        return Spans(_joined([*self.ranges, *other.ranges]), self.labels | other.labels)

    def __sub__(self, other: "Spans") -> "Spans":
        return Spans(_less(self.ranges, other.ranges), self.labels - other.labels)

    def __and__(self, other: "Spans") -> "Spans":
        few, more = sorted((self, other), key=lambda one: len(one.ranges))
        return few - (few - more)  # one network against a site's addresses costs the network, not the site

    def texts(self) -> list[str]:
        """`10.0.0.1-10.0.0.9`, `10.0.0.12`, labels: what `spans` reads back."""
        return [_text(*found) for found in self.ranges] + sorted(self.labels)

    def addresses(self) -> Iterator[IP]:
        """Each address in order. The caller bounds it: a /64 has more than anyone can wait for."""
        for version, first, last in self.ranges:
            for number in range(first, last + 1):
                yield _address(version, number)


def spans(texts: Iterable[str]) -> Spans:
    """The set of `texts`: addresses, `first-last`, networks in CIDR form; anything else, `fe80::1%eth0` too, is a label."""
    ranges: list[tuple[int, int, int]] = []
    labels: set[str] = set()
    for text in texts:
        found = _range(text)
        if found is None:
            labels.add(text)
        else:
            ranges.append(found)
    return Spans(_joined(ranges), frozenset(labels))


def _range(text: str) -> tuple[int, int, int] | None:
    try:
        if "/" in text:
            net = ipaddress.ip_network(text, strict=False)
            return net.version, int(net.network_address), int(net.broadcast_address)
        low, dash, high = text.partition("-")
        if "%" in text:  # a zone: the same digits are another station on another link
            return None
        first = ipaddress.ip_address(low)
        last = ipaddress.ip_address(high) if dash else first
    except ValueError:
        return None
    if first.version != last.version or int(first) > int(last):
        return None
    return first.version, int(first), int(last)


def _address(version: int, number: int) -> IP:
    return ipaddress.IPv4Address(number) if version == 4 else ipaddress.IPv6Address(number)


def _text(version: int, first: int, last: int) -> str:
    low = str(_address(version, first))
    return low if first == last else f"{low}-{_address(version, last)}"


def _joined(ranges: Iterable[tuple[int, int, int]]) -> tuple[tuple[int, int, int], ...]:
    done: list[tuple[int, int, int]] = []
    for version, first, last in sorted(ranges):
        if done and done[-1][0] == version and first <= done[-1][2] + 1:
            done[-1] = (version, done[-1][1], max(last, done[-1][2]))
        else:
            done.append((version, first, last))
    return tuple(done)


def _less(
    ranges: Iterable[tuple[int, int, int]], minus: tuple[tuple[int, int, int], ...]
) -> tuple[tuple[int, int, int], ...]:
    left: list[tuple[int, int, int]] = []
    for version, first, last in ranges:
        at = first
        # `minus` is sorted and disjoint: only the one before `first` and those that begin up to `last` can touch.
        number = max(bisect_left(minus, (version, first, 0)) - 1, 0)
        while number < len(minus) and minus[number][:2] <= (version, last):
            other, low, high = minus[number]
            number += 1
            if other != version or high < at:
                continue
            if low > at:
                left.append((version, at, low - 1))
            at = high + 1
        if at <= last:
            left.append((version, at, last))
    return tuple(left)

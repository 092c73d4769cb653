"""Which addresses a run may touch: the one place that decides. Pure; the driver asks it before every packet."""

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable, Iterator

import msgspec

from model.spans import Spans, spans
from model.trouble import UsageTrouble

CAP = 65_536
PRIVATE = spans(
    # RFC 1918, RFC 6598, RFC 3927, loopback; then unique local, link-local and loopback of version 6
    [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "fc00::/7",
        "fe80::/10",
        "::1",
    ]
)
LINK_LOCAL = spans(["fe80::/10"])
NOBODY = spans(["0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::", "ff00::/8"])  # no single host lives there
MAPPED = spans(["::ffff:0:0/96"])  # a second spelling of every version 4 address


class Scope(msgspec.Struct, frozen=True):
    """`targets` may be touched, `exclude` never, `fragile` only listened to, `guest` is other people's.

    `vast`: what of the targets is too large to be asked one by one; its hosts are asked once they are found. `zones`: interfaces
    whose link-local addresses (`fe80::1%eth0`) are in scope, because the link is.
    """

    targets: Spans
    exclude: Spans = Spans()
    fragile: Spans = Spans()
    guest: Spans = Spans()
    vast: Spans = Spans()
    zones: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        targets: Iterable[str],
        exclude: Iterable[str] = (),
        fragile: Iterable[str] = (),
        guest: Iterable[str] = (),
        allow_public: bool = False,
        cap: int = CAP,
        on_link: Iterable[str] = (),
    ) -> "Scope":
        """The scope of texts: addresses, `first-last`, CIDR networks. UsageTrouble says which text is wrong and why.

        Private means PRIVATE and the `on_link` prefixes of this machine; anything else needs `allow_public`.
        `cap`: the most addresses that targets minus exclusions may hold, prefixes of version 6 that are larger aside:
        those are `vast`, and so is whatever is link-local.
        """
        parts = [_read(texts, what) for texts, what in zip((targets, exclude, fragile, guest), WHAT, strict=True)]
        scope = cls(parts[0], parts[1], parts[2], parts[3], _vast(parts[0], cap))
        _check_kind(scope.targets, allow_public, spans(on_link))
        if not count(scope.targets - scope.exclude):
            raise UsageTrouble(
                "targets", "no address is left after the exclusions", "name a target that is not excluded"
            )
        left = count(scope.targets - scope.vast - scope.exclude)
        if left > cap:
            raise UsageTrouble(
                "targets", f"{left} addresses, more than {cap}", "name smaller networks: scan a large site in parts"
            )
        return scope

    def allows(self, address: str) -> bool:
        """Whether `address` is a target and not excluded: it may stand in the report."""
        return self._named(address) and not holds(self.exclude, address)

    def active(self, address: str) -> bool:
        """Whether a packet may be sent to `address`: allowed and not fragile."""
        return not self.reason(address)

    def reason(self, address: str) -> str:
        """Why no packet may be sent to `address`; "" if one may."""
        if not self._named(address):
            return "not among the targets"
        if holds(self.exclude, address):
            return "excluded by the scope"
        return "in a fragile scope: only listened to" if holds(self.fragile, address) else ""

    def reachable(self, wanted: Spans) -> Spans:
        """The part of `wanted` that packets may be sent to."""
        ranges = Spans((wanted & self.targets).ranges) - self.exclude - self.fragile
        return Spans(ranges.ranges, frozenset(filter(self.active, wanted.labels)))

    def swept(self, wanted: Spans) -> Spans:
        """The part of `wanted` whose every address may be asked without having been found first."""
        return self.reachable(wanted) - self.vast

    def wholly(self, prefix: str) -> bool:
        """Whether packets may be sent to every address of an on-link `prefix`: only then may it hear multicast."""
        wanted = spans([prefix])
        return bool(wanted.ranges) and not count(wanted - self.reachable(wanted))

    def spared(self, prefix: str) -> bool:
        """Whether somebody in `prefix` must not be sent anything."""
        return bool(((self.exclude | self.fragile) & spans([prefix])).ranges)

    def _named(self, address: str) -> bool:
        zone = address.partition("%")[2]
        return (zone in self.zones and holds(LINK_LOCAL, address)) or holds(self.targets, address)


WHAT = ("targets", "exclude", "fragile", "guest")


def holds(these: Spans, address: str) -> bool:
    """Whether `address` is in `these`; text that is no address is in nothing. A zone (`%eth0`) is not looked at."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    number = int(found)
    at = bisect_right(these.ranges, (found.version, number, 1 << 129)) - 1
    if at < 0:
        return False
    version, first, last = these.ranges[at]
    return version == found.version and first <= number <= last


def count(these: Spans) -> int:
    """How many addresses; `len` cannot tell of a version 6 network."""
    return sum(last - first + 1 for _, first, last in these.ranges)


def names(these: Spans) -> Iterator[str]:
    """Each address as text, those with a zone at the end. The caller bounds it."""
    yield from map(str, these.addresses())
    yield from (label for label in sorted(these.labels) if holds(LINK_LOCAL, label))


def _vast(targets: Spans, cap: int) -> Spans:
    large = ((6, first, last) for version, first, last in targets.ranges if version == 6 and last - first >= cap)
    return Spans(tuple(large)) | (targets & LINK_LOCAL)


def _read(texts: Iterable[str], what: str) -> Spans:
    found = spans(text.strip() for text in texts)
    if found.labels:
        text = sorted(found.labels)[0]
        remedy = "write 10.0.0.0/24 or 10.0.0.5-10.0.0.9"
        raise UsageTrouble(f"{what} {text!r}", "not an address, a network or a range", remedy)
    return found


def _check_kind(targets: Spans, allow_public: bool, on_link: Spans) -> None:
    for wrong, what, remedy in (
        (targets & NOBODY, "holds addresses that are no single host", "leave multicast, broadcast and 0.0.0.0/8 out"),
        (targets & MAPPED, "holds a version 4 address in version 6 spelling", "write it as 10.0.0.5"),
    ):
        if wrong.ranges:
            raise UsageTrouble(f"targets {wrong.texts()[0]}", what, remedy)
    public = targets - PRIVATE - on_link
    if public.ranges and not allow_public:
        raise UsageTrouble(
            f"targets {public.texts()[0]}", "not a private address", "leave it out, or say --allow-public with a reason"
        )

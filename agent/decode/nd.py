"""IPv6 neighbour discovery: solicitations, advertisements, routers and their prefixes (RFC 4861). Pure, bounded."""

import ipaddress
from collections.abc import Iterator

import msgspec

from agent.decode.macs import mac
from agent.decode.nets import subnet

ROUTER_SOLICIT, ROUTER_ADVERT, SOLICIT, ADVERT = 133, 134, 135, 136
_FIXED = {ROUTER_SOLICIT: 8, ROUTER_ADVERT: 16, SOLICIT: 24, ADVERT: 24}  # octets before the options
SOURCE_LINK, TARGET_LINK, PREFIX = 1, 2, 3
ON_LINK = 0x80
MOST_OPTIONS = 64


class Neighbour(msgspec.Struct, frozen=True):
    """`target`: the address asked for or told of. `source_mac`, `target_mac`: from the link-layer options, "" where there is none.

    Of a router: `lifetime` in seconds (0: no default router; -1: no router's message), `prefixes` those it says are on this link.
    """

    kind: int
    target: str = ""
    source_mac: str = ""
    target_mac: str = ""
    lifetime: int = -1
    prefixes: tuple[str, ...] = ()


def read(payload: bytes) -> Neighbour:
    """The message, from the ICMPv6 type on; ValueError for other types, or for one cut short."""
    size = _FIXED.get(payload[0], 0) if payload else 0
    if not size or len(payload) < size:
        raise ValueError("no neighbour discovery")
    kind, options = payload[0], list(_options(payload[size:]))
    macs = {number: mac(value[:6]) for number, value in reversed(options) if number in (SOURCE_LINK, TARGET_LINK)}
    return Neighbour(
        kind,
        str(ipaddress.IPv6Address(payload[8:24])) if size == 24 else "",
        macs.get(SOURCE_LINK, ""),
        macs.get(TARGET_LINK, ""),
        int.from_bytes(payload[6:8], "big") if kind == ROUTER_ADVERT else -1,
        tuple(dict.fromkeys(filter(None, (_prefix(value) for number, value in options if number == PREFIX)))),
    )


def _options(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(MOST_OPTIONS):
        if at >= len(data):
            return
        size = data[at + 1] * 8 if at + 1 < len(data) else 0
        if not size or at + size > len(data):
            raise ValueError("an option of no length, or longer than its message")
        yield data[at], data[at + 2 : at + size]
        at += size


def _prefix(value: bytes) -> str:
    if len(value) < 30 or not value[1] & ON_LINK:
        return ""
    return subnet(str(ipaddress.IPv6Address(value[14:30])), str(value[0]))

"""Places as a filter needs them: numbers by the header they stand in. What is at none of them does not pass."""

import re
from collections.abc import Iterable

import msgspec

IPV4, IPV6, ICMP6 = 0x0800, 0x86DD, 58
EPHEMERAL = 10_000
"""Ports from here on are given to users' programs at random, so one alone says nothing about a datagram between two stations."""
PRIVILEGED = 1024
_ETHER = re.compile(r"ether/0x([0-9a-f]{4})(?:/(\d{1,3})(?:/(\d{1,3}))?)?")
_LLC = re.compile(r"llc/0x([0-9a-f]{2})")
_SNAP = re.compile(r"snap/([0-9a-f]{6}):([0-9a-f]{4})")
_PORT = re.compile(r"(udp|tcp)/(\d{1,5})")


class Places(msgspec.Struct, frozen=True):
    """`ether`: EtherTypes; `ip4`, `ip6`: protocols over IP; `icmp6`: ICMPv6 types; `llc`: service access points; `snap`: five octets each.

    `udp`: ports heard on either side; `tcp`: ports of servers.
    """

    ether: frozenset[int] = frozenset()
    ip4: frozenset[int] = frozenset()
    ip6: frozenset[int] = frozenset()
    icmp6: frozenset[int] = frozenset()
    llc: frozenset[int] = frozenset()
    snap: frozenset[bytes] = frozenset()
    udp: frozenset[int] = frozenset()
    tcp: frozenset[int] = frozenset()


def places(texts: Iterable[str]) -> Places:
    """The places of these texts; ValueError naming one that is none, or that would let everything of a network pass."""
    held: dict[str, set[int | bytes]] = {field: set() for field in Places.__struct_fields__}
    for text in texts:
        name, value = _place(text)
        held[name].add(value)
    return msgspec.convert({name: frozenset(found) for name, found in held.items()}, Places, strict=False)


def _place(text: str) -> tuple[str, int | bytes]:
    if found := _PORT.fullmatch(text):
        if 0 < int(found[2]) < 65536:
            return found[1], int(found[2])
    elif found := _LLC.fullmatch(text):
        return "llc", int(found[1], 16)
    elif found := _SNAP.fullmatch(text):
        return "snap", bytes.fromhex(found[1] + found[2])
    elif found := _ETHER.fullmatch(text):
        kind, *more = int(found[1], 16), *(int(part) for part in found.groups()[1:] if part)
        if kind >= 0x0600 and kind not in (IPV4, IPV6) and not more:
            return "ether", kind
        if kind == IPV6 and len(more) == 2 and more[0] == ICMP6 and more[1] < 256:
            return "icmp6", more[1]
        if kind in (IPV4, IPV6) and len(more) == 1 and more[0] < 256 and more[0] not in (6, 17, ICMP6):
            return ("ip4" if kind == IPV4 else "ip6"), more[0]
    raise ValueError(f"{text[:60]!r} is no place that a filter can be made for")

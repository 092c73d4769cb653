"""DHCP for IPv4: the fixed part and the options, overloaded fields and split options included. Pure, bounded.

Sources: RFC 2131, 2132, 3396 (split options), 3925 (vendor numbers), 4702 (option 81).
"""

import ipaddress
from collections.abc import Iterator

import msgspec

from agent.decode.macs import mac

COOKIE = b"\x63\x82\x53\x63"
ASKS, ANSWERS = 1, 2
PAD, MASK, ROUTER, HOST, OVERLOAD, KIND, SERVER, PARAMETERS, CLASS, CLIENT, NAME = (
    0,
    1,
    3,
    12,
    52,
    53,
    54,
    55,
    60,
    61,
    81,
)
VENDOR_CLASS, VENDOR_INFO, END = 124, 125, 255
OFFER, ACK = 2, 5
MOST_NUMBERS = 16


class Message(msgspec.Struct, frozen=True):
    """Addresses as text, "" for none; `kind` is option 53, 0 for plain BOOTP; `options` by number, split ones joined."""

    operation: int
    kind: int
    client_mac: str
    client: str
    given: str
    relay: str
    options: dict[int, bytes]


def read(payload: bytes) -> Message:
    """The message; ValueError for what is none, for other hardware than Ethernet's, and for an option cut short."""
    if len(payload) < 240 or payload[0] not in (ASKS, ANSWERS) or payload[236:240] != COOKIE:
        raise ValueError("no DHCP message")
    options = dict(_options(payload[240:]))
    kind = options.get(KIND, b"")
    overload = options.get(OVERLOAD, b"\0")[:1]
    for bit, field in ((1, payload[108:236]), (2, payload[44:108])):
        if overload and overload[0] & bit:
            for number, value in _options(field):
                options.setdefault(number, value)
    client, given, relay = (address(payload[at : at + 4]) for at in (12, 16, 24))
    own = mac(payload[28:34]) if payload[1:3] == b"\x01\x06" else ""
    return Message(payload[0], kind[0] if len(kind) == 1 else 0, own, client, given, relay, options)


def _options(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each number once, its parts joined."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data) and data[at] != END:
        if data[at] == PAD:
            at += 1
            continue
        size = data[at + 1] if at + 1 < len(data) else len(data)
        if at + 2 + size > len(data):
            raise ValueError("an option longer than its message")
        found[data[at]] = found.get(data[at], b"") + data[at + 2 : at + 2 + size]
        at += 2 + size
    yield from found.items()


def address(octets: bytes) -> str:
    """The address of four octets, "" for zeros and for other sizes."""
    return str(ipaddress.IPv4Address(octets)) if len(octets) == 4 and any(octets) else ""


def vendors(octets: bytes) -> Iterator[int]:
    """The enterprise numbers of option 124 or 125: each with the length of what it says."""
    at = 0
    for _ in range(MOST_NUMBERS):
        if at + 5 > len(octets):
            return
        yield int.from_bytes(octets[at : at + 4], "big")
        at += 5 + octets[at + 4]


def domain(octets: bytes) -> str:
    """The name of option 81: plain text behind three octets, or labels where its flag E says so; "" where it is malformed."""
    if len(octets) < 4:
        return ""
    if not octets[0] & 4:
        return octets[3:].decode("ascii", "ignore")
    return labels(octets[3:])


def labels(octets: bytes) -> str:
    """A name of length-counted labels, whole or not ended; "" where a label overruns. No compression: RFC 4702 forbids it."""
    found, at = [], 0
    while at < len(octets) and octets[at]:
        size = octets[at]
        if size > 63 or at + 1 + size > len(octets):
            return ""
        found.append(octets[at + 1 : at + 1 + size].decode("ascii", "ignore"))
        at += 1 + size
    return ".".join(found)[:255]

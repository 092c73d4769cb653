"""DHCP for IPv6: messages, and what a relay wraps (RFC 8415, RFC 4704 for names). Pure, bounded."""

import ipaddress
from collections.abc import Iterator

import msgspec

ASKS = frozenset({1, 3, 4, 5, 6, 8, 9, 11})  # solicit to information-request
ANSWERS = frozenset({2, 7})  # advertise, reply
RELAYED = 12
CLIENT, RELAY_MESSAGE, VENDOR_CLASS, NAME = 1, 9, 16, 39
MOST_RELAYS, MOST_OPTIONS = 4, 256


class Message(msgspec.Struct, frozen=True):
    """`client`: the address a relay heard it from, "" where no relay stands between. `options`: the first of each number."""

    kind: int
    options: dict[int, bytes]
    client: str = ""


def read(payload: bytes) -> Message:
    """The innermost message; ValueError for what is none, or is wrapped more often than anybody wraps."""
    client = ""
    for _ in range(MOST_RELAYS):
        if not payload or payload[0] != RELAYED:
            break
        client = str(ipaddress.IPv6Address(_long(payload, 34)[18:34]))
        payload = dict(_options(payload[34:])).get(RELAY_MESSAGE, b"")
    if not payload or payload[0] not in ASKS | ANSWERS:
        raise ValueError("no DHCPv6 message of a client or server")
    return Message(payload[0], dict(_options(_long(payload, 4)[4:])), client)


def _long(data: bytes, size: int) -> bytes:
    if len(data) < size:
        raise ValueError("a DHCPv6 message cut short")
    return data


def _options(data: bytes) -> Iterator[tuple[int, bytes]]:
    seen: set[int] = set()
    at = 0
    for _ in range(MOST_OPTIONS):
        if at >= len(data):
            return
        number, size = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        if at + 4 + size > len(data):
            raise ValueError("an option longer than its message")
        if number not in seen:
            seen.add(number)
            yield number, data[at + 4 : at + 4 + size]
        at += 4 + size


def vendor_classes(octets: bytes) -> Iterator[bytes]:
    """The texts of option 16 behind its enterprise number: each two octets of length and its octets."""
    at = 4
    while at + 2 <= len(octets):
        size = int.from_bytes(octets[at : at + 2], "big")
        if at + 2 + size > len(octets):
            return
        yield octets[at + 2 : at + 2 + size]
        at += 2 + size

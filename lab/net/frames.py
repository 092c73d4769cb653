"""Ethernet, IP and UDP around a payload, built by hand; a module `frames_*.py` for each protocol that devices send unasked."""

import struct
from ipaddress import IPv6Address, ip_address

from lab.topology import mac_bytes

ARP, IPV4, IPV6 = 0x0806, 0x0800, 0x86DD
UDP, ICMP6 = 17, 58
ALL_STATIONS = b"\xff" * 6


def ethernet(to: bytes, source: str, kind: int, body: bytes) -> bytes:
    """An Ethernet II frame, padded to the least size (without the checksum)."""
    return (to + mac_bytes(source) + struct.pack(">H", kind) + body).ljust(60, b"\0")


def link_control(to: bytes, source: str, body: bytes) -> bytes:
    """An IEEE 802.3 frame: a length where Ethernet II has a type, then `body` from its LLC header on."""
    return (to + mac_bytes(source) + struct.pack(">H", len(body)) + body).ljust(60, b"\0")


def datagram(source: str, mac: str, to: str, ports: tuple[int, int], payload: bytes, hops: int = 1) -> bytes:
    """A UDP datagram to a multicast group (of either family) or to the broadcast address, in its frame."""
    group = ip_address(to)
    size = 8 + len(payload)
    head = struct.pack(">HHHH", *ports, size, 0)
    if isinstance(group, IPv6Address):
        check = checksum(pseudo6(source, to, UDP, size) + head + payload) or 0xFFFF
        body = struct.pack(">HHHH", *ports, size, check) + payload
        return ethernet(b"\x33\x33" + group.packed[-4:], mac, IPV6, ip6(source, to, UDP, body, hops))
    own, ends = ip_address(source).packed, group.packed
    check = checksum(own + ends + struct.pack(">HH", UDP, size) + head + payload) or 0xFFFF
    body = struct.pack(">HHHH", *ports, size, check) + payload
    station = b"\x01\x00\x5e" + bytes([ends[1] & 0x7F]) + ends[2:] if group.is_multicast else ALL_STATIONS
    return ethernet(station, mac, IPV4, ip4(own, ends, UDP, body, hops))


def ip4(source: bytes, to: bytes, protocol: int, body: bytes, hops: int) -> bytes:
    """An IPv4 packet (RFC 791)."""
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, hops, protocol, 0) + source + to
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + body


def ip6(source: str, to: str, protocol: int, body: bytes, hops: int = 255) -> bytes:
    """An IPv6 packet (RFC 8200)."""
    head = struct.pack(">IHBB", 0x6000_0000, len(body), protocol, hops)
    return head + IPv6Address(source).packed + IPv6Address(to).packed + body


def pseudo6(source: str, to: str, protocol: int, size: int) -> bytes:
    """What an IPv6 checksum covers besides the payload (RFC 8200 8.1)."""
    return IPv6Address(source).packed + IPv6Address(to).packed + struct.pack(">II", size, protocol)


def checksum(data: bytes) -> int:
    """The internet checksum (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return int(~total & 0xFFFF)

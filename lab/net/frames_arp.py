"""Gratuitous ARP: a device tells the link its own address, as at start-up (RFC 5227)."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from lab.net.frames import ALL_STATIONS, ARP, ethernet
from lab.nouns import Device, Leg, Say, Site
from lab.topology import mac_bytes


def frames(site: Site, device: Device, leg: Leg, say: Say) -> Iterator[bytes]:
    """One request for the leg's own IPv4 address."""
    own, mac = IPv4Address(site.address(leg)).packed, mac_bytes(leg.mac)
    yield ethernet(ALL_STATIONS, leg.mac, ARP, b"\0\x01\x08\0\x06\x04\0\x01" + mac + own + bytes(6) + own)

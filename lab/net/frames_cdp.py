"""CDP as a Cisco switch sends it out of the desk's port: version 2, SNAP under Cisco's number 0x2000."""

import struct
from collections.abc import Iterator
from ipaddress import IPv4Address

from lab.net.frames import checksum, link_control
from lab.nouns import Device, Leg, Site

EVERY_SWITCH, SNAP = bytes.fromhex("01000ccccccc"), bytes.fromhex("aaaa0300000c2000")
DEVICE, ADDRESSES, PORT, CAPABILITIES, VERSION, PLATFORM, NATIVE_VLAN = 1, 2, 3, 4, 5, 6, 10
ROUTER_AND_SWITCH, SECONDS = 0x09, 180


def frame(site: Site, device: Device, leg: Leg, port: str, vlan: int) -> bytes:
    """What `device` announces on its port named `port`, which carries `vlan` untagged."""
    body = struct.pack(">BBH", 2, SECONDS, 0) + b"".join(_parts(site, device, leg, port, vlan))
    check = checksum(body)
    return link_control(EVERY_SWITCH, leg.mac, SNAP + body[:2] + struct.pack(">H", check) + body[4:])


def _parts(site: Site, device: Device, leg: Leg, port: str, vlan: int) -> Iterator[bytes]:
    address = IPv4Address(site.address(leg)).packed
    yield _part(DEVICE, (device.snmp.name if device.snmp else device.name).encode())
    yield _part(ADDRESSES, struct.pack(">IBBBH", 1, 1, 1, 0xCC, 4) + address)
    yield _part(PORT, port.encode())
    yield _part(CAPABILITIES, struct.pack(">I", ROUTER_AND_SWITCH))
    yield _part(VERSION, (device.snmp.descr if device.snmp else "").encode())
    yield _part(PLATFORM, device.platform.encode())
    yield _part(NATIVE_VLAN, struct.pack(">H", vlan))


def _part(kind: int, body: bytes) -> bytes:
    return struct.pack(">HH", kind, 4 + len(body)) + body

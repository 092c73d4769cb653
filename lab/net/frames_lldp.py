"""LLDP as a device sends it on its own cable (IEEE 802.1AB), with an endpoint's inventory (ANSI/TIA-1057) if it has one."""

import struct
from collections.abc import Iterator
from ipaddress import ip_address

from lab.net.frames import ethernet
from lab.nouns import Device, Leg, Say, Site
from lab.topology import mac_bytes

KIND, NEAREST = 0x88CC, bytes.fromhex("0180c200000e")
CHASSIS, PORT, TTL, PORT_DESCRIPTION, NAME, DESCRIPTION, CAPABILITIES, ADDRESS, PRIVATE = 1, 2, 3, 4, 5, 6, 7, 8, 127
BY_MAC, BY_NAME, SECONDS = 4, 5, 120
BRIDGE, ACCESS_POINT, ROUTER, TELEPHONE, STATION = 0x04, 0x08, 0x10, 0x20, 0x80
ROLES = {"switch": BRIDGE | ROUTER, "router": ROUTER, "access point": BRIDGE | ACCESS_POINT, "phone": TELEPHONE}
MED, MED_CAPABILITIES = bytes.fromhex("0012bb"), 1
INVENTORY = {"hardware": 5, "firmware": 6, "software": 7, "serial": 8, "maker": 9, "model": 10, "asset": 11}
NETWORK_DEVICE, ENDPOINT_3, CAN_TELL_INVENTORY = 4, 3, 0x21


def frames(site: Site, device: Device, leg: Leg, say: Say) -> Iterator[bytes]:
    """One frame out of the device's own port, named by its attachment."""
    yield frame(site, device, leg, device.attach.local if device.attach else "eth0", dict(say.fields))


def frame(site: Site, device: Device, leg: Leg, port: str, inventory: dict[str, str]) -> bytes:
    """What `device` announces on its port named `port`. `inventory`: by the keys of INVENTORY; none, no MED parts."""
    name = device.snmp.name if device.snmp else f"{device.kind}-{device.host}"
    descr = device.platform or (device.snmp.descr if device.snmp else device.kind)
    role = ROLES.get(device.kind, STATION)
    parts = [
        _part(CHASSIS, bytes([BY_MAC]) + mac_bytes(device.mac)),
        _part(PORT, bytes([BY_NAME]) + port.encode()),
        _part(TTL, struct.pack(">H", SECONDS)),
        _part(PORT_DESCRIPTION, port.encode()),
        _part(NAME, name.encode()),
        _part(DESCRIPTION, descr.encode()[:255]),
        _part(CAPABILITIES, struct.pack(">HH", role, role)),
        *(_part(ADDRESS, _managed(text)) for text in site.addresses(leg)[:1]),
        *_med(inventory, NETWORK_DEVICE if role & BRIDGE else ENDPOINT_3),
    ]
    return ethernet(NEAREST, leg.mac, KIND, b"".join(parts) + _part(0, b""))


def _part(kind: int, body: bytes) -> bytes:
    """One TLV: seven bits of kind, nine of length."""
    return struct.pack(">H", kind << 9 | len(body)) + body


def _managed(text: str) -> bytes:
    address = ip_address(text)
    known = bytes([1 + len(address.packed), 1 if address.version == 4 else 2]) + address.packed
    return known + struct.pack(">BIB", 2, 1, 0)  # by interface number 1, no object identifier


def _med(inventory: dict[str, str], klass: int) -> Iterator[bytes]:
    if inventory:
        yield _part(PRIVATE, MED + struct.pack(">BHB", MED_CAPABILITIES, CAN_TELL_INVENTORY, klass))
    for key, value in inventory.items():
        yield _part(PRIVATE, MED + bytes([INVENTORY[key]]) + value.encode()[:32])

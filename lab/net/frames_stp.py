"""Rapid spanning tree: the root bridge's own configuration message out of the desk's port (IEEE 802.1D-2004 9.3.3)."""

import struct

from lab.net.frames import link_control
from lab.nouns import Device, Leg
from lab.topology import mac_bytes

BRIDGES, LLC = bytes.fromhex("0180c2000000"), b"\x42\x42\x03"
RAPID, RAPID_KIND, DESIGNATED_FORWARDING = 2, 2, 0x3C
PRIORITY, PORT_PRIORITY = 0x1000, 0x80
SECOND = 256  # times count in 1/256 s


def frame(device: Device, leg: Leg, port: int, vlan: int) -> bytes:
    """The message of `device`, which calls itself the root of `vlan`, from its port number `port`."""
    bridge = struct.pack(">H", PRIORITY | vlan & 0xFFF) + mac_bytes(device.mac)
    head = struct.pack(">HBBB", 0, RAPID, RAPID_KIND, DESIGNATED_FORWARDING)
    body = head + bridge + bytes(4) + bridge + struct.pack(">BB", PORT_PRIORITY, port & 0xFF)
    times = struct.pack(">HHHH", 0, 20 * SECOND, 2 * SECOND, 15 * SECOND)
    return link_control(BRIDGES, leg.mac, LLC + body + times + b"\0")

"""Router advertisements: the router of the site tells a link its prefix, and that it is the way out (RFC 4861 4.2)."""

import struct
from collections.abc import Iterator

from lab.net.frames import ICMP6, IPV6, checksum, ethernet, ip6, pseudo6
from lab.nouns import Device, Leg, Say, Site
from lab.topology import mac_bytes

ALL_NODES, ADVERTISEMENT = "ff02::1", 134
LIFETIME, VALID, PREFERRED = 1800, 2_592_000, 604_800
ON_LINK_AND_AUTONOMOUS = 0xC0


def frames(site: Site, device: Device, leg: Leg, say: Say) -> Iterator[bytes]:
    """One advertisement with the router's MAC, the link's MTU and the subnet's prefix."""
    net, source = site.network6(leg.subnet), site.addresses6(leg)[1]
    head = struct.pack(">BBHBBHII", ADVERTISEMENT, 0, 0, 64, 0, LIFETIME, 0, 0)
    options = b"\x01\x01" + mac_bytes(leg.mac) + struct.pack(">BBHI", 5, 1, 0, 1500)
    options += struct.pack(">BBBBIII", 3, 4, net.prefixlen, ON_LINK_AND_AUTONOMOUS, VALID, PREFERRED, 0)
    whole = head + options + net.network_address.packed
    check = checksum(pseudo6(source, ALL_NODES, ICMP6, len(whole)) + whole)
    body = whole[:2] + struct.pack(">H", check) + whole[4:]
    yield ethernet(b"\x33\x33\0\0\0\x01", leg.mac, IPV6, ip6(source, ALL_NODES, ICMP6, body))

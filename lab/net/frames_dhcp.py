"""DHCP for IPv4: a client's DISCOVER and REQUEST and its server's OFFER and ACK, all broadcast (RFC 2131, RFC 2132)."""

import struct
from collections.abc import Iterator
from ipaddress import IPv4Address
from zlib import crc32

from lab.net.frames import datagram
from lab.nouns import Device, Leg, Say, Site
from lab.speech.setting import filled
from lab.topology import mac_bytes

CLIENT, SERVER, EVERYBODY = 68, 67, "255.255.255.255"
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
ASK, ANSWER, BROADCAST_FLAG, COOKIE = 1, 2, 0x8000, b"\x63\x82\x53\x63"
MASK, ROUTER, HOST, ADDRESS, LEASE, KIND, WHO, PARAMETERS, CLASS, CLIENT_ID = 1, 3, 12, 50, 51, 53, 54, 55, 60, 61
LEASE_SECONDS = 86_400


def frames(site: Site, device: Device, leg: Leg, say: Say) -> Iterator[bytes]:
    """What the client sends. `fields`: `host`, `class`, `parameters` (option numbers with commas); each may be absent."""
    fields = {name: filled(site, device, value) for name, value in say.fields}
    own = {CLIENT_ID: b"\x01" + mac_bytes(leg.mac), HOST: fields.get("host", "").encode()}
    own |= {CLASS: fields.get("class", "").encode()}
    own |= {PARAMETERS: bytes(int(number) for number in fields.get("parameters", "1,3,6").split(","))}
    server = _server(site, leg)
    wanted = {ADDRESS: IPv4Address(site.address(leg)).packed, WHO: IPv4Address(site.address(server)).packed}
    for more in ({KIND: bytes([DISCOVER])}, {KIND: bytes([REQUEST]), **wanted}):
        body = _message(ASK, leg, bytes(4), more | own)
        yield datagram("0.0.0.0", leg.mac, EVERYBODY, (CLIENT, SERVER), body)


def answers(site: Site, device: Device, leg: Leg, say: Say) -> Iterator[bytes]:
    """What the subnet's server sends to that client."""
    server = _server(site, leg)
    here, net = IPv4Address(site.address(server)).packed, site.network(leg.subnet)
    options = {WHO: here, LEASE: struct.pack(">I", LEASE_SECONDS), MASK: net.netmask.packed, ROUTER: here}
    for kind in (OFFER, ACK):
        body = _message(ANSWER, leg, IPv4Address(site.address(leg)).packed, {KIND: bytes([kind]), **options})
        yield datagram(site.address(server), server.mac, EVERYBODY, (SERVER, CLIENT), body)


def _server(site: Site, leg: Leg) -> Leg:
    """The leg of the subnet's DHCP server."""
    name = next(subnet.dhcp for subnet in site.subnet if subnet.number == leg.subnet)
    return next(each for each in site.device(name).legs if each.subnet == leg.subnet)


def _message(what: int, leg: Leg, yours: bytes, options: dict[int, bytes]) -> bytes:
    """The fixed part, then options; a conversation's number is made of the MAC, so that all four messages share it."""
    mac = mac_bytes(leg.mac)
    head = struct.pack(">BBBBIHH", what, 1, 6, 0, crc32(mac), 0, BROADCAST_FLAG) + bytes(4) + yours + bytes(8)
    coded = b"".join(bytes([number, len(value)]) + value for number, value in options.items() if value)
    return (head + mac.ljust(16, b"\0") + bytes(192) + COOKIE + coded + b"\xff").ljust(300, b"\0")

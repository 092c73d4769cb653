"""ARP for IPv4 over Ethernet (RFC 826). Pure."""

import ipaddress

import msgspec

from agent.decode.macs import mac

HEAD = bytes.fromhex("000108000604")  # Ethernet, IPv4, and the sizes of their addresses


class Arp(msgspec.Struct, frozen=True):
    """`operation`: 1 asks, 2 answers. What the message says of its sender and its target; MACs and addresses as text."""

    operation: int
    sender: str
    sender_address: str
    target: str
    target_address: str


def read(payload: bytes) -> Arp:
    """The message; ValueError for another network's ARP, or one cut short."""
    if len(payload) < 28 or payload[:6] != HEAD:
        raise ValueError("no ARP of IPv4 over Ethernet")
    return Arp(
        int.from_bytes(payload[6:8], "big"),
        mac(payload[8:14]),
        str(ipaddress.IPv4Address(payload[14:18])),
        mac(payload[18:24]),
        str(ipaddress.IPv4Address(payload[24:28])),
    )

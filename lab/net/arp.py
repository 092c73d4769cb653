"""Answers ARP for a device that does nothing else: its kernel has no address, so no other packet gets a reply."""

import socket

ETHERNET_ARP, REQUEST, REPLY = 0x0806, b"\x00\x01", b"\x00\x02"


def listen(interface: str) -> socket.socket:
    """A raw socket for ARP frames on `interface`; opened inside the device's namespace."""
    ears = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERNET_ARP))
    ears.bind((interface, ETHERNET_ARP))
    ears.setblocking(False)
    return ears


def reply(frame: bytes, mac: bytes, address: bytes) -> bytes | None:
    """The answering frame if `frame` asks who has `address`, else None. Source: RFC 826."""
    if len(frame) < 42 or frame[20:22] != REQUEST or frame[38:42] != address:
        return None
    asker = frame[22:32]
    return asker[:6] + mac + frame[12:20] + REPLY + mac + address + asker

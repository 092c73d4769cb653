"""Lets an interface pass packets on, by netlink: a container's /proc/sys, where others set this, is often read-only."""

import os
import socket
import struct

_SET_LINK, _REQUEST_AND_ACK = 19, 0x5
_AF_SPEC, _INET_CONF, _FORWARDING = 26, 1, 1  # linux/if_link.h, linux/ip.h


def allow(index: int) -> None:
    """Switches forwarding on for an interface of the current namespace; OSError if the kernel refuses."""
    conf = _attribute(_INET_CONF, _attribute(_FORWARDING, struct.pack("=I", 1)))
    body = struct.pack("=BxHiII", socket.AF_UNSPEC, 0, index, 0, 0) + _attribute(
        _AF_SPEC, _attribute(socket.AF_INET, conf)
    )
    head = struct.pack("=IHHII", 16 + len(body), _SET_LINK, _REQUEST_AND_ACK, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as talk:
        talk.send(head + body)
        code: int = struct.unpack_from("=i", talk.recv(4096), 16)[0]
    if code:
        raise OSError(-code, os.strerror(-code))


def _attribute(kind: int, body: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(body), kind) + body

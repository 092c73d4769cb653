"""Run at the lab's desk: an all-nodes echo, talks over IPv6, and a trace to the far end; prints JSON."""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Any

SITE: dict[str, Any] = json.loads(Path(os.environ["LAB_SITE"]).read_text())
TRUTH: dict[str, dict[str, Any]] = {row["device"]: row for row in json.loads(Path(SITE["truth"]).read_text())}
EXPIRED, UNREACHABLE, MOST_HOPS = 11, 3, 8


def echo() -> list[str]:
    """Who answers one ICMPv6 echo request to all nodes of the link."""
    found: set[str] = set()
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as talk:
        talk.settimeout(1)
        talk.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
        talk.sendto(struct.pack(">BBHHH", 128, 0, 0, 1, 1), ("ff02::1", 0, 0, socket.if_nametoindex("eth0")))
        try:
            while True:
                body, peer = talk.recvfrom(2048)
                found |= {peer[0].partition("%")[0]} if body[0] == 129 else set()
        except TimeoutError:
            return sorted(found)


def page(device: str, which: int) -> str:
    """What its web server says at its own address (0) or at its link-local one (1)."""
    address = [each for each in TRUTH[device]["addresses"] if ":" in each][which]
    zone = "%eth0" if address.startswith("fe80:") else ""
    with socket.create_connection((address + zone, 80), timeout=3) as talk:
        talk.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return talk.recv(2048).decode()


def trace(target: str) -> list[list[Any]]:
    """Hop, address and ICMP type of what answers datagrams with few hops to live."""
    found: list[list[Any]] = []
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as ears:
        ears.settimeout(2)
        for hops in range(1, MOST_HOPS):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as talk:
                talk.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)
                talk.sendto(b"x", (target, 33434 + hops))
                body, peer = ears.recvfrom(2048)
            found.append([hops, peer[0], body[20]])
            if body[20] == UNREACHABLE:
                break
    return found


def main() -> None:
    found = {
        "nodes": echo(),
        "routed": page("camera-hikvision-v6", 0),
        "on the link": page("camera-dahua-v6", 1),
        "trace": trace(SITE["upstream"]),
        "beyond": trace("192.0.2.1"),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()

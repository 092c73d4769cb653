"""What a cable carried, by a capture that the program knows nothing of: frames with addresses of both families, and sums over them."""

from __future__ import annotations

import ipaddress
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tests.agent.netns import Capture

SYN, RST, ACK, FIN = 2, 4, 16, 1
TCP, UDP, ICMP, IGMP, ICMP6 = 6, 17, 1, 2, 58
SOLICITATION, ADVERTISEMENT, REPORTS, ECHO = 135, 136, (131, 132, 143), 128  # RFC 4861, RFC 2710 and 3810, RFC 4443
NAMES = {TCP: "tcp", UDP: "udp", ICMP: "icmp", IGMP: "igmp", ICMP6: "icmp6"}


class Frame(NamedTuple):
    """One frame. `kind`: arp, arp-reply, nd, nd-reply, mld, tcp, udp, icmp, icmp6, igmp or other.

    `target`: for arp and nd the address asked for. `port`: the target's; of icmp and icmp6 the type. `hops`: TTL or hop limit.
    """

    at: float
    mac: str
    kind: str
    source: str = ""
    target: str = ""
    port: int = 0
    from_port: int = 0
    hops: int = 0
    flags: int = 0
    payload: bytes = b""
    to_mac: str = ""

    @property
    def to_all(self) -> bool:
        """Whether it went to a broadcast or multicast MAC."""
        return bool(int(self.to_mac[:2], 16) & 1)


def frames(capture: Capture) -> list[Frame]:
    """Ends the capture; everything in it, in order."""
    capture.packets()
    return list(parsed(capture.path.read_bytes()))


def parsed(data: bytes) -> Iterator[Frame]:
    at = 24
    while at + 16 <= len(data):
        seconds, micro, size = (int.from_bytes(data[at + n : at + n + 4], "little") for n in (0, 4, 8))
        if at + 16 + size > len(data):  # a capture that goes on
            return
        yield _frame(seconds + micro / 1e6, data[at + 16 : at + 16 + size])
        at += 16 + size


def _frame(at: float, raw: bytes) -> Frame:
    base = Frame(at, raw[6:12].hex(":"), "other", to_mac=raw[0:6].hex(":"))
    kind, body = raw[12:14], raw[14:]
    if kind == b"\x08\x06":
        name = "arp" if body[7] == 1 else "arp-reply"
        return base._replace(kind=name, source=_ip(body[14:18]), target=_ip(body[24:28]))
    if kind == b"\x08\x00":
        inner = body[(body[0] & 15) * 4 : int.from_bytes(body[2:4], "big")]
        base = base._replace(source=_ip(body[12:16]), target=_ip(body[16:20]), hops=body[8])
        return _inside(base, body[9], inner)
    if kind == b"\x86\xdd":
        base = base._replace(source=_ip(body[8:24]), target=_ip(body[24:40]), hops=body[7])
        number, inner = body[6], body[40 : 40 + int.from_bytes(body[4:6], "big")]
        if number == 0:  # a hop-by-hop header: MLD has one
            number, inner = inner[0], inner[8 + inner[1] * 8 :]
        return _inside(base, number, inner)
    return base


def _inside(base: Frame, number: int, inner: bytes) -> Frame:
    base = base._replace(kind=NAMES.get(number, "other"))
    if number == TCP:
        return _ports(base, inner)._replace(flags=inner[13] & 63, payload=inner[(inner[12] >> 4) * 4 :])
    if number == UDP:
        return _ports(base, inner)._replace(payload=inner[8:])
    if number == ICMP6 and inner[0] in (SOLICITATION, ADVERTISEMENT):
        name = "nd" if inner[0] == SOLICITATION else "nd-reply"
        # A solicitation is judged by whom it looks for, an answer by whom it goes to.
        return base._replace(kind=name, target=_ip(inner[8:24]) if name == "nd" else base.target)
    if number == ICMP6 and inner[0] in REPORTS:
        return base._replace(kind="mld")
    return base._replace(port=inner[0] if inner else 0, payload=inner)


def _ports(base: Frame, inner: bytes) -> Frame:
    return base._replace(from_port=int.from_bytes(inner[:2], "big"), port=int.from_bytes(inner[2:4], "big"))


def _ip(raw: bytes) -> str:
    return str(ipaddress.ip_address(raw))


def of(found: Iterable[Frame], mac: str, *kinds: str) -> list[Frame]:
    """What this MAC sent; of these kinds, if any are named."""
    return [one for one in found if one.mac == mac and (not kinds or one.kind in kinds)]


def booked(found: Iterable[Frame]) -> list[Frame]:
    """What the budget pays for: all but answers to others' questions. The kernel's acknowledgements are among it."""
    return [one for one in found if one.kind not in ("arp-reply", "nd-reply")]


def for_all(found: Iterable[Frame]) -> list[Frame]:
    """What every station of the link hears, and ARP in whatever frame: the kernel's own questions and group reports too."""
    return [one for one in found if one.kind == "arp" or one.to_all]


def fullest(found: Iterable[Frame], seconds: float = 1.0) -> int:
    """The most frames in any stretch of so many seconds, wherever it begins."""
    times = sorted(one.at for one in found)
    return max((bisect_left(times, at + seconds) - place for place, at in enumerate(times)), default=0)


def most_connections(found: Iterable[Frame], mac: str) -> dict[str, int]:
    """{host: the most TCP connections from `mac` that stood at one moment}. One stands from SYN-ACK to the first FIN or RST."""
    standing: dict[str, set[tuple[int, int]]] = {}
    most: dict[str, int] = {}
    for one in found:
        if one.kind != "tcp":
            continue
        mine = one.mac == mac
        host, flow = (one.target, (one.from_port, one.port)) if mine else (one.source, (one.port, one.from_port))
        held = standing.setdefault(host, set())
        if one.flags & (RST | FIN):
            held.discard(flow)
        elif one.flags & (SYN | ACK) == SYN | ACK and not mine:
            held.add(flow)
        most[host] = max(most.get(host, 0), len(held))
    return most

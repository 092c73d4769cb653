"""What `--traffic` adds: of in-scope servers the segment that begins the answer to a TLS hello or an HTTP request, and of it the head.

The filter lets only such segments of such servers reach us; `spoken` then cuts them, so that neither page nor path nor cookie is kept.
A certificate that goes on in further segments is heard as far as the first one, unless the card joined them.
"""

import ipaddress
import struct
from collections.abc import Iterator, Sequence

from agent.decode.ether import LENGTHS_END, TCP
from agent.frames._pick import TAGS
from agent.frames._places import IPV4, IPV6
from agent.listen.assembler import (
    ADD,
    ADD_X,
    AND,
    AT_BYTE,
    AT_HALF,
    AT_WORD,
    EQUAL,
    RETURN,
    SHIFT,
    SHIFT_RIGHT,
    TO_A,
    TO_X,
    Program,
)
from model.spans import Spans

WHOLE = 8192  # bytes of a segment: a chain of certificates, where the card joined segments
MOST_NETS = 256
HANDSHAKE, SERVER_HELLO, CERTIFICATE = 22, 2, 11  # RFC 8446 section 5.1 and 4, RFC 5246 section 7.4
LINES = (
    b"server:",
    b"www-authenticate:",
)  # what a head may keep beside its status: no path, no cookie, nobody's language


def servers(made: Program, whose: Spans, ports: Sequence[int]) -> None:
    """The filter's part: `server 4` and `server 6`, entered with X as agent.listen.bpf has it. ValueError: too many networks."""
    nets = [net for found in whose.ranges for net in _nets(*found)]
    if len(nets) > MOST_NETS:
        raise ValueError(f"{len(nets)} networks are more than one filter can hold")
    for version, at in ((4, 26), (6, 22)):
        made.name(f"server {version}")
        for net in nets:
            if net.version == version:
                _inside(made, net, at)
        made.do(RETURN, 0)
        made.name(f"ours {version}")
        _past_ip(made, version)
        made.jump("segment")
    _segment(made, ports)


def _nets(version: int, first: int, last: int) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    yield from ipaddress.summarize_address_range(kind(first), kind(last))


def _inside(made: Program, net: ipaddress.IPv4Network | ipaddress.IPv6Network, at: int) -> None:
    """Go on at `ours` if the source is in `net`: compared a word at a time, as far as its prefix goes."""
    address, mask = net.network_address.packed, net.netmask.packed
    name = f"not in {net}"
    for word in range(0, len(mask), 4):
        (wanted,), (bits,) = struct.unpack_from(">I", address, word), struct.unpack_from(">I", mask, word)
        if bits:
            made.do(AT_WORD, at + word)
            made.do(AND, bits)
            made.test(EQUAL, wanted, other=name)
    made.jump(f"ours {net.version}")
    made.name(name)


def _past_ip(made: Program, version: int) -> None:
    if version == 4:
        made.do(AT_BYTE, 14)
        made.do(AND, 15)
        made.do(SHIFT, 2)
        made.do(ADD_X)
    else:
        made.do(TO_A)
        made.do(ADD, 40)
    made.do(TO_X)


def _segment(made: Program, ports: Sequence[int]) -> None:
    made.name("segment")
    made.do(AT_HALF, 14)
    for port in ports:
        made.test(EQUAL, port, then="served")
    made.do(RETURN, 0)
    made.name("served")
    made.do(AT_BYTE, 26)
    made.do(SHIFT_RIGHT, 4)
    made.do(SHIFT, 2)
    made.do(ADD_X)
    made.do(TO_X)
    made.do(AT_HALF, 14)
    made.test(EQUAL, HANDSHAKE << 8 | 3, other="no handshake")
    made.do(AT_BYTE, 19)
    made.test(EQUAL, SERVER_HELLO, then="said")
    made.name("no handshake")
    made.do(AT_WORD, 14)
    made.test(EQUAL, int.from_bytes(b"HTTP", "big"), other="unsaid")
    made.do(AT_BYTE, 18)
    made.test(EQUAL, ord("/"), other="unsaid")
    made.name("said")
    made.do(RETURN, WHOLE)
    made.name("unsaid")
    made.do(RETURN, 0)


def is_segment(data: bytes) -> bool:
    """Whether an Ethernet frame that passed the filter is one of these: no other TCP passes it."""
    return _tcp(data) is not None


def spoken(data: bytes) -> bytes:
    """The frame with as much of its payload as may be kept, the lengths in its IP header made to fit; b"" if nothing may be."""
    found = _tcp(data)
    if found is None:
        return b""
    ip, at, end = found
    payload = data[at:end]
    said = _handshake(payload) if payload[:1] == bytes([HANDSHAKE]) else _head(payload)
    if not said:
        return b""
    lengths = bytearray(data[:at])
    if data[ip] >> 4 == 4:
        struct.pack_into(">H", lengths, ip + 2, at - ip + len(said))
    else:
        struct.pack_into(">H", lengths, ip + 4, at - ip - 40 + len(said))
    return bytes(lengths) + said


def _tcp(data: bytes) -> tuple[int, int, int] | None:
    """Where IP, the payload of TCP, and the packet's end stand; None for other frames."""
    at = 12
    while len(data) >= at + 2 and int.from_bytes(data[at : at + 2], "big") in TAGS:
        at += 4
    kind, ip = int.from_bytes(data[at : at + 2], "big"), at + 2
    if kind < LENGTHS_END or kind not in (IPV4, IPV6) or len(data) < ip + 40:
        return None
    above = ip + ((data[ip] & 15) * 4 if kind == IPV4 else 40)
    if data[ip + (9 if kind == IPV4 else 6)] != TCP or len(data) < above + 20:
        return None
    end = (
        int.from_bytes(data[ip + 2 : ip + 4], "big")
        if kind == IPV4
        else 40 + int.from_bytes(data[ip + 4 : ip + 6], "big")
    )
    return ip, above + (data[above + 12] >> 4) * 4, min(len(data), ip + end)


def _handshake(payload: bytes) -> bytes:
    """The records up to the end of the certificates. What follows is of this one connection."""
    at, left, last = 0, 0, 0
    while len(payload) >= at + 5 and payload[at] == HANDSHAKE:
        end = at + 5 + int.from_bytes(payload[at + 3 : at + 5], "big")
        at += 5
        while at < min(end, len(payload)):
            if not left:
                if last == CERTIFICATE or payload[at] not in (SERVER_HELLO, CERTIFICATE) or len(payload) < at + 4:
                    return payload[:at]
                last, left = payload[at], 4 + int.from_bytes(payload[at + 1 : at + 4], "big")
            step = min(left, min(end, len(payload)) - at)
            at, left = at + step, left - step
    return payload[:at]


def _head(payload: bytes) -> bytes:
    """The status line and the listed fields of a response, whole lines only."""
    head, _, _ = payload.partition(b"\r\n\r\n")
    whole = head if len(head) < len(payload) else head[: head.rfind(b"\r\n") + 2]
    first, *fields = whole.split(b"\r\n")
    if not first.startswith(b"HTTP/"):
        return b""
    # The words after the number are the server's own, and short.
    return b"\r\n".join([first[:64], *(line for line in fields if line.lower().startswith(LINES)), b"", b""])

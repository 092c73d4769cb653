"""Hosts that mean harm, each a server of its own: `python -m tests.manners.hostile KIND ADDRESS`. No maker's words, no real device's."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator

from lab.snmp import ber

TALK = (22, 80, 443, 445)
UDP = (161, 137, 1900, 3702, 5050, 5060, 5353, 5355, 37020, 37810)
BOMB = gzip.compress(bytes(40 << 20))  # 40 MB of nothing in 40 KB
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)
XML = LAUGHS + b"]><root><device><manufacturer>&a11;</manufacturer></device></root>"
DEEP = b"<a>" * 300_000
PKTINFO = 8  # IP_PKTINFO of linux/in.h
Serve = Callable[[socket.socket], None]


def tcp(port: int, serve: Serve, host: str = "") -> None:
    """A server whose `serve(peer)` runs in a thread a connection."""
    made = socket.create_server((host, port), backlog=64)

    def one(peer: socket.socket) -> None:
        with contextlib.suppress(OSError), peer:
            serve(peer)

    def loop() -> None:
        while True:
            threading.Thread(target=one, args=(made.accept()[0],), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()


def tarpit(address: str) -> None:
    """Accepts, and never says anything nor hangs up."""
    for port in TALK:
        tcp(port, lambda peer: time.sleep(600))


def endless(address: str) -> None:
    """Never stops talking; on 80 a header without end, on 443 a handshake."""

    def on(peer: socket.socket, first: bytes, again: bytes) -> None:
        peer.sendall(first)
        while True:
            peer.sendall(again)

    record = b"\x16\x03\x03\x40\x00" + b"\x0b\xff\xff\xff" + bytes(0x4000 - 4)
    for port, first, again in (
        (22, b"", b"bla " * 1000), (23, b"", b"\xff\xfd\x18" * 1000), (80, b"HTTP/1.1 200 OK\r\nX: ", b"y" * 4000),
        (443, b"", record), (445, b"", bytes(4000)),
    ):  # fmt: skip
        tcp(port, lambda peer, first=first, again=again: on(peer, first, again))  # type: ignore[misc]


def drip(address: str) -> None:
    """A byte every half second, for ever."""

    def on(peer: socket.socket) -> None:
        while True:
            peer.sendall(b".")
            time.sleep(0.5)

    tcp(22, on)


def _agent(row: Callable[[ber.Oid, int], ber.Oid | None]) -> None:
    """Answers every community. `row(asked, place)`: the object that is said to come after, None for the end of all."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(("", 161))
    while True:
        asked, sender = door.recvfrom(65_535)
        with contextlib.suppress(ValueError, IndexError, KeyError):
            door.sendto(_answer(asked, row), sender)


def _answer(asked: bytes, row: Callable[[ber.Oid, int], ber.Oid | None]) -> bytes:
    version, community, (tag, pdu) = list(ber.elements(ber.element(asked)[1]))
    number, _, repeats, binds = list(ber.elements(pdu))
    oids = [ber.oid_of(next(ber.elements(bind))[1]) for _, bind in ber.elements(binds[1])]
    rows: list[bytes] = []
    for turn in range(max(1, ber.number(repeats[1])) if tag == ber.BULK else 1):
        for place, oid in enumerate(oids):
            found = oid if tag == ber.GET else row(oid, turn)
            value = ber.octets(b"x") if found else ber.tlv(ber.END_OF_VIEW, b"")
            rows.append(ber.sequence(ber.oid(found or oid), value))
            oids[place] = found or oid
    said = ber.sequence(ber.tlv(*number), ber.integer(0), ber.integer(0), ber.sequence(*rows), tag=ber.RESPONSE)
    return ber.sequence(ber.tlv(*version), ber.tlv(*community), said)


def snmp_loop(address: str) -> None:
    """The same object comes after itself."""
    _agent(lambda oid, turn: (*oid, 1) if len(oid) < 14 else oid)


def snmp_back(address: str) -> None:
    """Objects go backwards."""
    _agent(lambda oid, turn: (*oid[:10], max(0, 1_000_000 - turn)) if len(oid) > 10 else (*oid, 1_000_000))


def snmp_giant(address: str) -> None:
    """A table of interfaces (1.3.6.1.2.1.2.2) without end; everything else is empty."""
    table = (1, 3, 6, 1, 2, 1, 2, 2)

    def row(oid: ber.Oid, turn: int) -> ber.Oid | None:
        if tuple(oid[:8]) != table:
            return None
        return (*oid[:10], (oid[10] if len(oid) > 10 else 0) + 1)

    _agent(row)


def ssdp(address: str) -> None:
    """1 MB of answers to one question, and a LOCATION behind which bombs lie; so does the front page."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(("", 1900))
    joined = struct.pack("4s4s", socket.inet_aton("239.255.255.250"), socket.inet_aton(address))
    door.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
    gzipped = b"Content-Encoding: gzip\r\nContent-Type: text/html\r\n"
    tcp(5000, lambda peer: _page(peer, b"Content-Type: text/xml\r\n", XML + DEEP))
    tcp(80, lambda peer: _page(peer, gzipped, BOMB))
    while True:
        _, sender = door.recvfrom(2000)
        for number in range(800):
            head = f"HTTP/1.1 200 OK\r\nLOCATION: http://{address}:5000/{number}\r\nST: x{number}\r\nUSN: "
            door.sendto(head.encode() + b"u" * 1200 + b"\r\n\r\n", sender)


def _page(peer: socket.socket, head: bytes, body: bytes) -> None:
    peer.recv(4096)
    peer.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"Content-Length: 999999999999\r\n\r\n" + body)
    time.sleep(60)


LIES = {
    161: b"\x30\x84\x7f\xff\xff\xff\x02\x01\x03",
    137: struct.pack(">HHHHHH", 0x4C61, 0x8400, 0, 65535, 0, 0) + b" CK" + b"A" * 30 + b"\0\0!\0\1" + bytes(4) + b"\xff" * 3,
    1900: b"HTTP/1.1 200 OK\r\nLOCATION: http://[::\r\n" + b"\0" * 20_000,
    3702: DEEP[:60_000],
    5050: b"\xb3\0\0\0\xff\xff\xff\x7f" + bytes(24),
    5060: b"SIP/2.0 200 OK\r\nContent-Length: -1\r\n" + b"a" * 40_000,
    5353: struct.pack(">HHHHHH", 0, 0x8400, 0, 65535, 65535, 65535) + b"\xc0\x0c" * 200,
    5355: struct.pack(">HHHHHH", 0x4C61, 0x8000, 1, 65535, 0, 0) + b"\x3f" + b"a" * 63 + b"\xc0\x0c",
    37020: XML[:60_000],
    37810: b"\x20\0\0\0DHIP" + bytes(8) + b"\xff" * 16 + b"{" * 50_000,
}  # fmt: skip


def lies(address: str) -> None:
    """Lengths that are not so, in every format that is asked for."""
    for port, said in LIES.items():
        threading.Thread(target=_echo, args=(port, lambda _, said=said: said), daemon=True).start()
    tcp(80, _chunks)
    tcp(445, lambda peer: peer.sendall(b"\0\xff\xff\xff\xfeSMB" + bytes(60)))
    tcp(443, lambda peer: peer.sendall(b"\x16\x03\x03\xff\xff\x0b\xff\xff\xff"))
    tcp(631, lambda peer: _page(peer, b"Content-Type: application/ipp\r\n", b"\x01\x01\0\0" + b"\x04\x47\xff\xff" * 9))


def _chunks(peer: socket.socket) -> None:
    peer.recv(4096)
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n" + b"z" * 9000)


def _echo(port: int, answer: Callable[[bytes], bytes]) -> None:
    """Answers from the very address that was asked, whichever that is."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.setsockopt(socket.IPPROTO_IP, PKTINFO, 1)
    door.bind(("", port))
    while True:
        asked, ancillary, _, sender = door.recvmsg(65_535, 256)
        where = next((data[4:8] for _, kind, data in ancillary if kind == PKTINFO), bytes(4))
        back = [(socket.IPPROTO_IP, PKTINFO, struct.pack("=i4s4s", 0, where, bytes(4)))]
        with contextlib.suppress(OSError):
            door.sendmsg([answer(asked)], back, 0, sender)


def everybody(address: str) -> None:
    """Answers ARP for every address, a little later than who really has it, and every datagram to any of them with itself."""
    for port in UDP:
        threading.Thread(target=_echo, args=(port, lambda asked: asked), daemon=True).start()
    for frame, mine, sender in _questions():
        if frame[28:32] != frame[38:42]:
            threading.Timer(0.2, _tell, (frame, mine, mine, frame[38:42], sender)).start()


def forged(address: str) -> None:
    """Says that its own address is held by 300 MACs, broadcast, nobody's and the asker's own among them."""
    own = socket.inet_aton(address)
    macs = [
        b"\xff" * 6,
        bytes(6),
        b"\x01\0\x5e\0\0\1",
        *(b"\x02\xbb" + number.to_bytes(4, "big") for number in range(300)),
    ]
    for frame, mine, sender in _questions():
        if frame[38:42] == own:
            for mac in [mine, *macs, frame[22:28]]:
                _tell(frame, mine, mac, own, sender)


def _questions() -> Iterator[tuple[bytes, bytes, socket.socket]]:
    talk = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
    talk.bind(("eth0", 0x0806))
    mine = talk.getsockname()[4]
    while True:
        frame = talk.recv(2048)
        if frame[20:22] == b"\0\1" and frame[6:12] != mine:
            yield frame, mine, talk


def _tell(frame: bytes, mine: bytes, mac: bytes, address: bytes, talk: socket.socket) -> None:
    """An ARP answer in a frame from `mine`, which says that `address` is at `mac`."""
    head = frame[6:12] + mine + b"\x08\x06\0\x01\x08\0\x06\x04\0\x02"
    talk.send(head + mac + address + frame[22:32] + bytes(18))


KINDS: dict[str, Callable[[str], None]] = {
    one.__name__: one
    for one in (tarpit, endless, drip, snmp_loop, snmp_back, snmp_giant, ssdp, lies, everybody, forged)
}

if __name__ == "__main__":
    print("ready", flush=True)  # noqa: T201 - whoever started it waits for this line
    KINDS[sys.argv[1]](sys.argv[2])
    time.sleep(600)

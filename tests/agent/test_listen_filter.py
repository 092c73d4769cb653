"""The capture filter: the kernel's own machine and the rule for files agree on every frame, and neither lets users' traffic pass."""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.decode.ether import COOKED, COOKED_2
from agent.frames import _read
from agent.frames._pick import RAW, Pick, kept
from agent.frames._places import Places, places
from agent.listen.bpf import NOBODY, program
from model.spans import Spans

ATTACH_FILTER = 26
LISTED = _read.places()
PLACES = places(LISTED)
PICK = Pick(PLACES)
PORTS = [
    0,
    53,
    67,
    68,
    80,
    123,
    443,
    1023,
    1024,
    1900,
    3702,
    5353,
    9999,
    10_000,
    37_020,
    37_810,
    50_000,
    51_820,
    65_535,
]


class Kernel:
    """A classic BPF program as the kernel runs it, on datagrams between two sockets of our own."""

    def __init__(self, wanted: Places, whose: Spans = NOBODY) -> None:
        self._in, self._out = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        steps = program(wanted, whose)
        raw = b"".join(struct.pack("HBBI", *step) for step in steps)
        held = ctypes.create_string_buffer(raw, len(raw))
        self._out.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, struct.pack("HP", len(steps), ctypes.addressof(held)))

    def passes(self, frame: bytes) -> bool:
        self._in.send(frame)
        try:
            return bool(self._out.recv(4096, socket.MSG_DONTWAIT))
        except BlockingIOError:
            return False

    def close(self) -> None:
        self._in.close()
        self._out.close()


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    made = Kernel(PLACES)
    yield made
    made.close()


def udp(source: int, target: int, payload: bytes = b"payload") -> bytes:
    return struct.pack(">HHHH", source, target, 8 + len(payload), 0) + payload


def ip4(above: bytes, protocol: int = 17, to: str = "192.0.2.9", options: int = 0, fragment: int = 0) -> bytes:
    head = struct.pack(">BBHHHBBH", 0x45 + options, 0, 20 + 4 * options + len(above), 7, fragment, 64, protocol, 0)
    return head + bytes([192, 0, 2, 1]) + socket.inet_aton(to) + bytes(4 * options) + above


def ip6(above: bytes, protocol: int, to: str = "2001:db8::9", ahead: bytes = b"") -> bytes:
    first = 0 if ahead else protocol
    head = struct.pack(">IHBB", 6 << 28, len(ahead) + len(above), first, 255)
    return head + socket.inet_pton(socket.AF_INET6, "fe80::1") + socket.inet_pton(socket.AF_INET6, to) + ahead + above


def framed(kind: int, body: bytes, *tags: int) -> bytes:
    inner = b"".join(struct.pack(">HH", tag, 42) for tag in tags)
    return bytes.fromhex("01005e00000102000000000a") + inner + struct.pack(">H", kind) + body


class TestUsers:
    """What people do on a network does not pass."""

    @pytest.mark.parametrize(
        "frame",
        [
            framed(
                0x0800, ip4(struct.pack(">HHIIBBHHH", 50000, 80, 1, 1, 0x50, 0x18, 64, 0, 0) + b"GET / HTTP/1.1", 6)
            ),
            framed(0x0800, ip4(struct.pack(">HHIIBBHHH", 443, 50000, 1, 1, 0x50, 0x18, 64, 0, 0) + b"\x16\x03\x01", 6)),
            framed(0x86DD, ip6(struct.pack(">HHIIBBHHH", 5353, 443, 1, 1, 0x50, 0x18, 64, 0, 0), 6)),
            framed(0x0800, ip4(udp(50000, 53))),
            framed(0x0800, ip4(udp(53, 50000))),
            framed(0x0800, ip4(udp(5353, 53))),  # a resolver that asks from the port of mDNS
            framed(0x0800, ip4(udp(53, 5353))),
            framed(0x0800, ip4(udp(37020, 443))),  # QUIC from an ephemeral port that SADP happens to use
            framed(0x0800, ip4(udp(37810, 51820))),  # and a tunnel between two high ports
            framed(0x86DD, ip6(udp(51820, 37020), 17)),
            framed(0x0800, ip4(udp(5353, 9999), to="239.1.2.3")),  # a stream to a group
            framed(0x0800, ip4(udp(5353, 5353), fragment=0x2000)),  # half a message
            framed(0x0800, ip4(b"any octets at all", fragment=0x0010)),
            framed(0x86DD, ip6(bytes(40), 44)),
            framed(0x86DD, ip6(b"\x80\x00" + bytes(6), 58)),  # an echo request may carry anything
            framed(0x8847, b"MPLS"),
            framed(0x8864, b"PPPoE"),
            framed(30, b"\xf0\xf0\x03" + b"NetBEUI" * 4),
        ],
    )
    def test_is_dropped(self, kernel: Kernel, frame: bytes) -> None:
        assert not PICK.passes(frame) and not kernel.passes(frame)

    def test_no_place_lets_a_whole_network_pass(self) -> None:
        for text in (
            "ether/0x0800",
            "ether/0x86dd",
            "ether/0x0800/17",
            "ether/0x0800/6",
            "ether/0x86dd/58",
            "ether/0x86dd/6",
        ):
            with pytest.raises(ValueError, match="no place"):
                places([text])

    @pytest.mark.parametrize(
        "text", ["", "udp/0", "udp/65536", "udp/x", "ether/0x05ff", "llc/42", "snap/00000c", "sctp/1", "*"]
    )
    def test_no_place(self, text: str) -> None:
        with pytest.raises(ValueError, match="no place"):
            places([text])


class TestListed:
    """What the protocols themselves send passes, tagged or not."""

    @pytest.mark.parametrize("tags", [(), (0x8100,), (0x88A8, 0x8100)])
    @pytest.mark.parametrize(
        "body",
        [
            (0x0806, bytes(28)),
            (0x88CC, b"\x02\x07\x04" + bytes(6)),
            (40, b"\x42\x42\x03" + bytes(35)),
            (40, bytes.fromhex("aaaa0300000c2000") + bytes(30)),
            (0x86DD, ip6(b"\x86\x00" + bytes(14), 58, "ff02::1")),
            (
                0x86DD,
                ip6(b"\x8f\x00" + bytes(14), 58, "ff02::16", bytes.fromhex("3a00050200000100")),
            ),  # MLD: hop by hop
            (0x0800, ip4(udp(5353, 5353), to="224.0.0.251")),
            (0x0800, ip4(udp(68, 67), to="255.255.255.255")),
            (0x0800, ip4(udp(68, 67))),  # a lease renewed
            (0x0800, ip4(udp(1900, 50000))),  # an SSDP answer
            (0x0800, ip4(udp(50000, 37020), to="239.255.255.250", options=2)),
        ],
    )
    def test_passes(self, kernel: Kernel, body: tuple[int, bytes], tags: tuple[int, ...]) -> None:
        frame = framed(*body, *tags)
        assert PICK.passes(frame) and kernel.passes(frame)

    def test_cooked_and_bare_packets_are_known_by_the_same_rule(self) -> None:
        good, bad = ip4(udp(5353, 5353), to="224.0.0.251"), ip4(udp(50000, 53))
        for packet, passes in ((good, True), (bad, False)):
            assert PICK.passes(bytes(14) + b"\x08\x00" + packet, COOKED) is passes
            assert PICK.passes(b"\x08\x00" + bytes(18) + packet, COOKED_2) is passes
            assert PICK.passes(packet, RAW) is passes
            wrapped, link_type = kept(packet, RAW)
            assert link_type == COOKED and wrapped.endswith(packet) and PICK.passes(wrapped, link_type) is passes
        assert PICK.passes(bytes(14) + b"\x00\x04" + b"\x42\x42\x03" + bytes(35), COOKED)
        assert not PICK.passes(bytes(14) + b"\x00\x01" + b"\x42\x42\x03" + bytes(35), COOKED)
        assert not PICK.passes(good, 147)


_above = st.one_of(
    st.builds(udp, st.sampled_from(PORTS), st.sampled_from(PORTS), st.binary(max_size=4)),
    st.binary(max_size=24),
    st.sampled_from([bytes([kind]) + bytes(7) for kind in (128, 133, 134, 135, 136, 143)]),
)
_group4, _group6 = (
    st.sampled_from(["192.0.2.9", "224.0.0.251", "255.255.255.255"]),
    st.sampled_from(["ff02::1", "fe80::9"]),
)
_protocols, _fragments = st.sampled_from([17, 17, 6, 2, 1]), st.sampled_from([0, 0, 0x4000, 0x2000, 1])
_ahead = st.sampled_from([b"", bytes([58, 0]) + bytes(6), bytes([17, 2]) + bytes(22)])
_llc = [b"\x42\x42\x03", bytes.fromhex("aaaa0300000c2000"), bytes.fromhex("aaab0300000c2000")]
_packets = st.one_of(
    st.tuples(st.just(0x0800), st.builds(ip4, _above, _protocols, _group4, st.integers(0, 10), _fragments)),
    st.tuples(st.just(0x86DD), st.builds(ip6, _above, st.sampled_from([17, 58, 6, 44, 60]), _group6, _ahead)),
    st.tuples(st.sampled_from([0x0806, 0x88CC, 0x0600, 0x05FF, 30, 0]), st.binary(max_size=30)),
    st.tuples(st.just(30), st.sampled_from(_llc)),
)
_frames = st.builds(
    lambda packet, tags, cut: framed(*packet, *tags)[: cut or None],
    _packets,
    st.lists(st.sampled_from([0x8100, 0x88A8, 0x9100, 0x9200]), max_size=3),
    st.one_of(st.just(0), st.integers(1, 90)),
)


SHARED = Kernel(PLACES)


@settings(max_examples=3000, deadline=None)
@given(frame=_frames)
def test_the_kernel_and_the_rule_agree(frame: bytes) -> None:
    assert SHARED.passes(frame) is PICK.passes(frame), frame.hex()


def test_a_place_added_is_a_place_heard() -> None:
    """A new file in the room needs nothing else: its WHERE is all the filter is made of."""
    frame = framed(0x88E1, b"HomePlug")
    assert not PICK.passes(frame)
    wanted = places([*LISTED, "ether/0x88e1"])
    made = Kernel(wanted)
    assert Pick(wanted).passes(frame) and made.passes(frame)
    made.close()


def test_the_program_stays_far_below_what_the_kernel_takes() -> None:
    assert len(program(PLACES)) < 1024  # it takes 4,096 instructions
    many = places([*(f"udp/{port}" for port in range(2000, 2200)), *(f"ether/0x{0x9000 + n:04x}" for n in range(300))])
    with pytest.raises(ValueError, match="more places"):
        program(many)

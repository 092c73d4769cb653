"""Frames from strangers: whatever they hold, a dissector says no, or says little; none of them breaks, none stops the others."""

from __future__ import annotations

import re
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.decode.ether import parse, parse_cooked
from agent.frames import _read
from tests.agent.heard import CAMERA, ETHERNET, facts

BUG = re.compile(r"\d+ [A-Z]\w*: ")  # how a fault of ours is told; malformed frames are told in lower case
HEAD = bytes.fromhex("01005e0000fb" + CAMERA.replace(":", ""))
PLACES = _read.places(traffic=True)


def at(place: str, payload: bytes) -> bytes:
    """A frame whose headers are sound as far as `place`."""
    kind, _, rest = place.partition("/")
    if kind == "llc":
        body = bytes([int(rest, 16), 0x42, 3]) + payload
        return HEAD + struct.pack(">H", min(len(body), 1500)) + body[:1500]
    if kind == "snap":
        body = bytes.fromhex("aaaa03" + rest.replace(":", "")) + payload
        return HEAD + struct.pack(">H", min(len(body), 1500)) + body[:1500]
    if kind in ("udp", "tcp"):
        ports = struct.pack(">HH", int(rest), int(rest))
        body = (
            struct.pack(">HH", 8 + len(payload), 0)
            if kind == "udp"
            else struct.pack(">IIBBHHH", 1, 1, 0x50, 0x18, 1, 0, 0)
        )
        return ip4(17 if kind == "udp" else 6, ports + body + payload)
    parts = rest.split("/")
    if parts[0] == "0x0800":
        return ip4(int(parts[1]), payload)
    if parts[0] == "0x86dd":
        payload = bytes([int(parts[2])]) + payload
        fixed = struct.pack(">IHBB", 6 << 28, len(payload), int(parts[1]), 255)
        return (
            HEAD + b"\x86\xdd" + fixed + bytes.fromhex("fe80" + "00" * 13 + "05" + "ff02" + "00" * 13 + "01") + payload
        )
    return HEAD + bytes.fromhex(parts[0][2:]) + payload


def ip4(protocol: int, payload: bytes) -> bytes:
    fixed = struct.pack(">BBHHHBBH", 0x45, 0, min(20 + len(payload), 65535), 0, 0, 255, protocol, 0)
    return HEAD + b"\x08\0" + fixed + bytes([10, 0, 0, 5, 224, 0, 0, 251]) + payload


def quiet(*frames: bytes, link_type: int = ETHERNET) -> None:
    found = facts(*frames, link_type=link_type)
    bugs = [fact.value for fact in found if fact.key == "frame.unreadable" and BUG.match(fact.value)]
    assert not bugs
    assert len(found) <= len(frames) * (_read.MOST_FACTS + 4) + _read.MOST_REASONS
    assert all(len(fact.value) <= 4096 and "\0" not in fact.value for fact in found)
    assert all(fact.about.startswith(("host:", "station:", "frame:")) for fact in found)


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=200), link_type=st.sampled_from([1, 113, 276, 7, 105]))
def test_any_octets(data: bytes, link_type: int) -> None:
    quiet(data, link_type=link_type)
    for reader in (parse, parse_cooked):
        try:
            reader(data)
        except ValueError as refused:
            assert type(refused) is ValueError


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=60, deadline=None)
@given(payload=st.binary(max_size=400))
def test_any_octets_behind_sound_headers(place: str, payload: bytes) -> None:
    quiet(at(place, payload))


# What comes near to being right: one octet changed, cut at any place, or the lengths made large.
NEAR = {
    "ether/0x88cc": "020704001bd4000000040205010602007808020a67100c05010a0000010200000001000a06737731fe0900120b0a"
    + "45582d310000",
    "snap/00000c:2000": "02b40000000100087377313100020011000000010101cc00040a0000010003000541000500054100060005420000",
    "snap/00e052:2000": "01b400000001000873773131000200110000000101" + "01cc00040a000001",
    "snap/00e02b:00bb": "01000030000000070000001bd4000000"
    + "9901000873773131"
    + "9905001400000014000000000a00000141420000"
    + "99000004",
    "llc/0x42": "0000030200"
    + "1000001bd4000002"
    + "00000004"
    + "8001001bd4000001"
    + "80010000140002000f00"
    + "000040"
    + "00" * 55
    + "8000001bd4000001"
    + "14",
    "udp/67": "01010600"
    + "00" * 24
    + "00408c112233"
    + "00" * 202
    + "63825363"
    + "350101"
    + "0c0363616d"
    + "3703010306"
    + "7c09000007db03616263"
    + "ff",
    "udp/546": "01000007"
    + "0001000e00010001000000090040"
    + "8c112244"
    + "00100014000007db000e4578616d706c652043616d657261",
    "ether/0x86dd/58/134": "000000400007080000000000000000"
    + "0101001bd4000002"
    + "0304"
    + "40c0"
    + "00" * 12
    + "20010db8"
    + "00" * 12,
    "ether/0x86dd/58/143": "00000000000002"
    + "04000000"
    + "ff02"
    + "00" * 13
    + "fb"
    + "02000001"
    + "ff02"
    + "00" * 13
    + "fc"
    + "00" * 16,
    "ether/0x0806": "0001080006040001" + "00408c112233" + "0a000005" + "000000000000" + "0a000001",
}


def octets(text: str) -> bytes:
    return bytes.fromhex(text[: len(text) // 2 * 2])


@pytest.mark.parametrize("place", NEAR)
@settings(max_examples=150, deadline=None)
@given(where=st.integers(0, 400), value=st.integers(0, 255), cut=st.integers(0, 400))
def test_what_is_nearly_right(place: str, where: int, value: int, cut: int) -> None:
    whole = bytearray(octets(NEAR[place]))
    whole[where % len(whole)] = value
    quiet(at(place, bytes(whole)), at(place, octets(NEAR[place])[: cut % (len(whole) + 1)]))


@pytest.mark.parametrize("place", NEAR)
def test_what_nearly_right_is_made_of_says_something(place: str) -> None:
    """Or else the tests above would try rubbish only."""
    keys = {fact.key for fact in facts(at(place, octets(NEAR[place])))}
    assert keys - {"mac.address", "frame.unreadable"} or place == "ether/0x0806"


FLOODS = {
    "lldp": at(
        "ether/0x88cc",
        octets(NEAR["ether/0x88cc"])[:23] + struct.pack(">H6s", 127 << 9 | 6, b"\0\x80\xc2\x01\0\x07") * 8000,
    ),
    "cdp": at("snap/00000c:2000", b"\x02\xb4\0\0" + b"\0\x05\0\x05A" * 299),
    "cdp addresses": at(
        "snap/00000c:2000",
        b"\x02\xb4\0\0\0\x02\0\x40\xff\xff\xff\xff" + b"\x01\x01\xcc\0\x04\x0a\0\0\x01" * 6 + bytes(2),
    ),
    "edp": at("snap/00e02b:00bb", octets(NEAR["snap/00e02b:00bb"])[:16] + b"\x99\x01\0\x04" * 350),
    "dhcp": at("udp/67", octets(NEAR["udp/67"])[:240] + b"\x7c\xff" + bytes(255) + b"\x0c\x01a" * 20_000),
    "dhcpv6": at("udp/546", b"\x01\0\0\x07" + b"\0\x10\0\x04\0\0\x07\xdb" * 8000),
    "relays in relays": at("udp/546", b"\x0c" + bytes(33) + b"\0\x09\xff\x00" * 100),
    "membership": at("ether/0x86dd/58/143", bytes(5) + b"\xff\xff" + b"\x04\0\0\0" + bytes(16) * 2000),
    "nd": at("ether/0x86dd/58/134", bytes(15) + octets("030440c0").ljust(16, b"\1") * 1 + b"\x03\x01" + bytes(6)),
    "ipv6 headers": HEAD + b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, 65535, 0, 255) + bytes(32) + bytes(8) * 8000,
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_ends_soon_and_says_little(name: str) -> None:
    start = time.process_time()
    quiet(*[FLOODS[name]] * 20)
    assert time.process_time() - start < 2


def test_vlan_tags_in_vlan_tags_end() -> None:
    frame = parse(HEAD + b"\x81\0\0\x05" * 100)
    assert len(frame.vlans) == 4 and frame.place == "ether/0x8100"

"""The pcap reader tells packets apart; frames here are built byte by byte from the standards."""

from __future__ import annotations

import struct
from ipaddress import IPv6Address
from pathlib import Path

from lab.net import arp, capture

DESK, OTHER = bytes.fromhex("0200004c4401"), bytes.fromhex("3cd92b0e7730")


def ipv4(protocol: int, to: tuple[int, ...], port: int) -> bytes:
    head = bytes([0x45, 0, 0, 28, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 77, 1, 62, *to])
    return OTHER + DESK + b"\x08\x00" + head + struct.pack(">HH", 40_000, port) + bytes(4)


def ipv6(protocol: int, to: str, body: bytes) -> bytes:
    ends = IPv6Address("fd77:4c:4142:1::62").packed + IPv6Address(to).packed
    return OTHER + DESK + b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, len(body), protocol, 64) + ends + body


def asking(target: bytes) -> bytes:
    fixed = b"\x00\x01\x08\x00\x06\x04\x00\x01"
    return b"\xff" * 6 + DESK + b"\x08\x06" + fixed + DESK + bytes([10, 77, 1, 62]) + bytes(6) + target


def test_packets_are_told_apart(tmp_path: Path) -> None:
    back = DESK + OTHER + ipv4(6, (10, 77, 1, 62), 1)[12:]
    sent = [
        ipv4(6, (10, 77, 1, 30), 9100),
        ipv4(17, (10, 77, 1, 30), 161),
        ipv4(1, (10, 77, 1, 30), 0),
        asking(bytes([10, 77, 1, 9])),
    ]
    path = tmp_path / "a.pcap"
    bodies = [struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame for frame in [*sent, back]]
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + b"".join(bodies))
    assert capture.sent(path, "02:00:00:4c:44:01") == {
        capture.Sent("tcp", "10.77.1.30", 9100): 1,
        capture.Sent("udp", "10.77.1.30", 161): 1,
        capture.Sent("icmp", "10.77.1.30"): 1,
        capture.Sent("arp", "10.77.1.9"): 1,
    }


def test_ipv6_packets_are_told_apart(tmp_path: Path) -> None:
    solicited, report = "ff02::1:ff31:5011", "ff02::16"
    sent = [
        ipv6(6, "fd77:4c:4142:5::9", struct.pack(">HH", 40_000, 80) + bytes(16)),
        ipv6(17, "ff02::fb", struct.pack(">HH", 40_000, 5353) + bytes(4)),
        ipv6(58, "ff02::1", bytes([128, 0]) + bytes(6)),
        ipv6(58, solicited, bytes([135, 0]) + bytes(6) + IPv6Address("fd77:4c:4142:1::9").packed),
        ipv6(0, report, bytes([58, 0, 5, 2, 0, 0, 1, 0, 143, 0]) + bytes(6)),
        ipv6(50, "fd77:4c:4142:5::9", bytes(8)),
        ipv6(58, "ff02::1", b""),
    ]
    path = tmp_path / "a.pcap"
    bodies = [struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame for frame in sent]
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + b"".join(bodies))
    assert capture.sent(path, "02:00:00:4c:44:01") == {
        capture.Sent("tcp", "fd77:4c:4142:5::9", 80): 1,
        capture.Sent("udp", "ff02::fb", 5353): 1,
        capture.Sent("icmp6", "ff02::1"): 1,
        capture.Sent("nd", "fd77:4c:4142:1::9"): 1,
        capture.Sent("mld", "ff02::16"): 1,
        capture.Sent("other", "fd77:4c:4142:5::9"): 1,
        capture.Sent("other", "ff02::1"): 1,
    }


def test_arp_is_answered_for_ones_own_address_only() -> None:
    answer = arp.reply(asking(bytes([10, 77, 1, 51])), OTHER, bytes([10, 77, 1, 51]))
    assert answer is not None
    assert answer[:12] == DESK + OTHER and answer[20:22] == b"\x00\x02"
    assert answer[22:32] == OTHER + bytes([10, 77, 1, 51]) and answer[32:42] == DESK + bytes([10, 77, 1, 62])
    assert arp.reply(asking(bytes([10, 77, 1, 52])), OTHER, bytes([10, 77, 1, 51])) is None
    assert arp.reply(answer, OTHER, bytes([10, 77, 1, 62])) is None
    assert arp.reply(b"", OTHER, bytes(4)) is None

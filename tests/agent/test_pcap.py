"""Packet files: what is read out of pcap and pcapng in either byte order, what of them becomes evidence, and what never does."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.decode.pcap import LONGEST, Packet, head, is_pcap, packets, record
from agent.frames._pages import AGAIN, ALIKE, PAGE, Pages, unreadable
from agent.imports import pcap
from agent.readers import readers
from model.evidence import Evidence
from model.trouble import Trouble
from tests.agent.cli import clear, report, run
from tests.agent.reading import WHEN, written

NOW = 1_750_000_000 * 10**9 + 123_456_000
ORDERS = ["<", ">"]
MAC = bytes.fromhex("001b17000007")


def arp(number: int, mac: bytes = MAC) -> bytes:
    address = bytes([192, 0, 2, number])
    return (
        b"\xff" * 6 + mac + b"\x08\x06" + struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + mac + address + bytes(6) + address
    )


def browsing(text: bytes) -> bytes:
    above = struct.pack(">HHIIBBHHH", 50000, 80, 1, 1, 0x50, 0x18, 64, 0, 0) + b"GET /" + text
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(above), 7, 0, 64, 6, 0) + bytes([192, 0, 2, 1, 192, 0, 2, 2])
    return bytes(6) + MAC + b"\x08\x00" + ip + above


def classic(order: str, nano: bool, link_type: int, *frames: bytes) -> bytes:
    magic, unit = (0xA1B23C4D, 1) if nano else (0xA1B2C3D4, 1000)
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link_type)
    for frame in frames:
        out += struct.pack(order + "IIII", NOW // 10**9, NOW % 10**9 // unit, len(frame), len(frame)) + frame
    return out


def block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)


def section(order: str) -> bytes:
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(order: str, link_type: int = 1, options: bytes = b"") -> bytes:
    return block(order, 1, struct.pack(order + "HHI", link_type, 0, 65535) + options)


def enhanced(order: str, frame: bytes, ticks: int = 10**6, number: int = 0, at: int = NOW) -> bytes:
    count = at * ticks // 10**9
    words = struct.pack(order + "IIIII", number, count >> 32, count & 0xFFFFFFFF, len(frame), len(frame))
    return block(order, 6, words + frame)


class TestFiles:
    @pytest.mark.parametrize("order", ORDERS)
    @pytest.mark.parametrize("nano", [False, True])
    def test_pcap(self, order: str, nano: bool) -> None:
        data = classic(order, nano, 1, arp(1), arp(2))
        assert is_pcap(data[:4096]) and list(packets(data)) == [Packet(NOW, 1, arp(1)), Packet(NOW, 1, arp(2))]
        assert next(packets(data)).seen_at == "2025-06-15T15:06:40.123456Z"

    @pytest.mark.parametrize("order", ORDERS)
    def test_pcapng(self, order: str) -> None:
        nano = struct.pack(order + "HHB3x", 9, 1, 9) + struct.pack(order + "HHq", 14, 8, 0) + bytes(4)
        two = struct.pack(order + "HHB3x", 9, 1, 0x80 | 20)
        data = section(order) + interface(order) + interface(order, 113, nano) + interface(order, 276, two)
        data += block(order, 5, bytes(12)) + enhanced(order, arp(1)) + enhanced(order, b"cooked", 10**9, 1)
        data += enhanced(order, b"again", 2**20, 2) + block(order, 3, struct.pack(order + "I", 42) + arp(3))
        found = list(packets(data))
        assert is_pcap(data) and [(one.link_type, one.data) for one in found] == [
            (1, arp(1)), (113, b"cooked"), (276, b"again"), (1, arp(3)),
        ]  # fmt: skip
        assert [one.at for one in found[:2]] == [NOW, NOW] and abs(found[2].at - NOW) < 2000 and found[3].at == 0

    def test_sections_may_change_their_byte_order(self) -> None:
        data = b"".join(section(order) + interface(order) + enhanced(order, arp(1)) for order in "<><")
        assert [one.at for one in packets(data)] == [NOW] * 3

    def test_a_page_is_a_packet_file(self) -> None:
        data = head(1) + record(NOW, 1500, arp(1)) + record(NOW + 1, 42, arp(2))
        assert list(packets(data)) == [Packet(NOW, 1, arp(1)), Packet(NOW + 1, 1, arp(2))]

    @pytest.mark.parametrize("cut", range(1, 58))
    def test_a_file_cut_short_gives_what_is_whole_and_says_so(self, cut: int) -> None:
        for data in (
            classic("<", False, 1, arp(1), arp(2)),
            section(">") + interface(">") + enhanced(">", arp(1)) + enhanced(">", arp(2)),
        ):
            reader = packets(data[:-cut])
            assert next(reader).data == arp(1)
            with pytest.raises(ValueError, match=r"byte \d+: "):
                list(reader)

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (classic("<", False, 1) + struct.pack("<IIII", 0, 0, 0xFFFFFFFF, 1), "4,294,967,295 bytes"),
            (classic(">", False, 1) + struct.pack(">IIII", 0, 0, LONGEST + 1, 1) + bytes(LONGEST), "262,145 bytes"),
            (section("<") + struct.pack("<II", 6, 0) + bytes(20), "a block of 0 bytes"),
            (section("<") + struct.pack("<II", 6, 13) + bytes(20), "a block of 13 bytes"),
            (section("<") + struct.pack("<II", 6, 0xFFFFFFFC) + bytes(20), "the middle of a block"),
            (section("<") + enhanced("<", b"x"), "contradicts itself"),
            (
                section("<") + interface("<") + block("<", 6, struct.pack("<IIIII", 0, 0, 0, 500, 500) + b"x"),
                "contradicts",
            ),
            (section("<") + block("<", 1, b"\0"), "contradicts"),
            (section("<") + block("<", 0x0A0D0D0A, b"junk" * 4), "without a byte order"),
        ],
    )
    def test_lengths_that_lie(self, data: bytes, says: str) -> None:
        with pytest.raises(ValueError, match=says):
            list(packets(data))

    @settings(max_examples=400, deadline=None)
    @given(data=st.binary(max_size=200), start=st.sampled_from([0, 1, 2]))
    def test_any_octets(self, data: bytes, start: int) -> None:
        begun = (classic("<", True, 1), section("<") + interface("<"), section(">") + interface(">", 1, data[:20]))[
            start
        ]
        try:
            found = list(packets(begun + data))
        except ValueError:
            return
        assert sum(len(one.data) for one in found) <= len(data) and all(one.seen_at for one in found)


def taken(data: bytes) -> tuple[list[Evidence], str, str]:
    """(pages, what is said of the whole, what is said of its fault)"""
    found = list(pcap.take(written(data, "cap")))
    bad = [one for one in found if one.observation.status == "failed"]
    notes = [one for one in found if one.body is None and one not in bad]
    assert len(notes) == 1 and len(bad) < 2
    return [one for one in found if one.body], notes[0].observation.asked, bad[0].observation.asked if bad else ""


class TestImport:
    def test_listed_frames_are_evidence_and_the_rest_is_not(self) -> None:
        data = classic("<", False, 1, arp(1), browsing(b"PLANTED"), arp(1), browsing(b"PLANTED too"), arp(2))
        pages, note, fault = taken(data)
        assert [frame.data for one in pages for frame in packets(one.body or b"")] == [arp(1), arp(2)]
        assert "5 packets, 2 kept, 1 repeated" in note and "2 of other protocols left out unseen" in note and not fault
        assert all(b"PLANTED" not in (one.body or b"") for one in pages)
        (one,) = pages
        assert one.observation.vantage == "file:cap" and one.observation.seen_at == "2025-06-15T15:06:40.123456Z"
        facts = {(fact.about, fact.key, fact.value) for fact in readers()["pcap"]([one])}
        assert ("host:192.0.2.1", "mac.address", MAC.hex(":")) in facts

    @pytest.mark.parametrize("link_type", [113, 276])
    def test_cooked_captures_say_the_same(self, link_type: int) -> None:
        body = arp(1)[14:]
        first = struct.pack(">HHH", 1, 1, 6) + MAC + bytes(2) + b"\x08\x06"
        second = b"\x08\x06" + bytes(2) + struct.pack(">IHBB", 3, 1, 1, 6) + MAC + bytes(2)
        pages, _, _ = taken(classic("<", False, link_type, (first if link_type == 113 else second) + body))
        facts = {(fact.about, fact.key, fact.value) for fact in readers()["pcap"](pages)}
        assert ("host:192.0.2.1", "mac.address", MAC.hex(":")) in facts

    def test_a_link_type_that_is_not_read_is_counted(self) -> None:
        pages, note, _ = taken(classic("<", False, 147, b"of a user" * 10))
        assert not pages and "1 of link types that are not read" in note

    def test_a_file_without_times_has_its_own(self) -> None:
        data = section("<") + interface("<") + block("<", 3, struct.pack("<I", 42) + arp(3))
        (one,), _, _ = taken(data)
        assert one.observation.seen_at == WHEN

    def test_a_file_cut_short_is_used_and_named(self) -> None:
        pages, _, fault = taken(classic("<", False, 1, arp(1), arp(2))[:-5])
        assert (
            len(pages) == 1
            and fault == "byte 98: the file ends in the middle of a packet: the 1 packets before it are used"
        )

    @pytest.mark.parametrize(
        "data", [b"", b"\xd4\xc3\xb2\xa1", classic("<", False, 1), section("<"), classic("<", False, 1, arp(1))[:45]]
    )
    def test_a_file_without_a_packet_is_one_error(self, data: bytes) -> None:
        with pytest.raises(Trouble, match="cap: "):
            list(pcap.take(written(data, "cap")))

    def test_a_frame_that_breaks_a_dissector_is_kept_and_counted(self) -> None:
        broken = (
            b"\xff" * 6 + MAC + b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, 8, 58, 255) + bytes(31) + b"\x01\x87\0\0"
        )
        pages, note, _ = taken(classic("<", False, 1, broken, arp(1)))
        held = [packet.data for one in pages for packet in packets(one.body or b"")]
        assert held == [broken, arp(1)] and "1 not readable and kept as they are" in note

    def test_the_command(self, tmp_path: Path) -> None:
        path = tmp_path / "site.pcapng"
        path.write_bytes(section("<") + interface("<") + enhanced("<", arp(1)) + enhanced("<", browsing(b"PLANTED")))
        told = run("import", path, "-o", tmp_path / "out")
        assert told.code == 0, told.err
        (found,) = report(tmp_path / "out")["findings"]
        assert (
            found["macs"] == [MAC.hex(":")]
            and found["addresses"] == ["192.0.2.1"]
            and found["origins"] == ["site.pcapng"]
        )
        kept = b"".join(file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file())
        assert b"PLANTED" not in kept
        path.write_bytes(path.read_bytes()[:-3])
        told = run("import", path, "-o", tmp_path / "again")
        assert told.code == 4
        clear(told, path, "the middle of a block")


BSSID = bytes.fromhex("001b17000b55")
RADIO = {
    105: b"",
    127: b"\0\0\x09\0\x02\0\0\0\x10",
    192: b"\0\0\x08\0" + (105).to_bytes(4, "little"),
}


def beacon(ssid: bytes, kind: int = 0x80, clock: int = 1, bssid: bytes = BSSID, waiting: int = 0) -> bytes:
    maker = b"\x10\x21\0\x07Example\x10\x23\0\x04AP-1"
    elements = b"\0" + bytes([len(ssid)]) + ssid + b"\x05\x04\0\1\0" + bytes([waiting])
    elements += b"\xdd" + bytes([4 + len(maker)]) + b"\0\x50\xf2\x04" + maker
    to = b"\xff" * 6 if kind == 0x80 else bytes([2, 0, 0, 0, 0, clock])
    fixed = clock.to_bytes(8, "little") + b"\x64\0\x11\0"
    return bytes([kind, 0, 0, 0]) + to + bssid * 2 + clock.to_bytes(2, "little") + fixed + elements


class TestRadio:
    """What radios heard: access points tell of themselves; nobody's traffic, and no client's list of networks, is kept."""

    OTHERS = (
        b"\x08\x01\0\0" + BSSID + MAC + BSSID + bytes(2) + b"\xaa\xaa\x03\0\0\0\x08\0PLANTED" * 3,  # a client's data
        b"\x40\0\0\0"
        + b"\xff" * 6
        + MAC
        + b"\xff" * 6
        + bytes(14)
        + b"\0\x07PLANTED"
        + bytes(20),  # what a client looks for
        b"\x80\x40\0\0" + b"\xff" * 6 + BSSID * 2 + b"PLANTED" * 9,  # an encrypted one
        b"\x80",
    )

    @pytest.mark.parametrize("link_type", RADIO)
    def test_access_points_are_stations_with_their_ssid(self, link_type: int) -> None:
        heard = [beacon(b"OFFICE", clock=number, waiting=number) for number in range(1, 9)]
        heard += [beacon(b"OFFICE", kind=0x50, clock=number) for number in range(2, 5)]
        pages, note, fault = taken(
            classic("<", False, link_type, *(RADIO[link_type] + one for one in (*heard, *self.OTHERS)))
        )
        assert "15 packets, 2 kept, 9 repeated" in note and "4 of other protocols left out unseen" in note and not fault
        assert all(b"PLANTED" not in (one.body or b"") for one in pages)
        facts = {(fact.about, fact.key, fact.value) for fact in readers()["pcap"](pages)}
        about = f"station:{BSSID.hex(':')}"
        assert facts == {
            (about, "mac.address", BSSID.hex(":")),
            (about, "attached", '{"port":"","ssid":"OFFICE","vlan":""}'),
            (about, "wps.manufacturer", "Example"),
            (about, "wps.model_name", "AP-1"),
            (f"host:{BSSID.hex(':')}", "network", '{"kind":"ssid","name":"OFFICE","named_by":"radio"}'),
        }

    def test_a_header_that_lies_and_a_sender_that_is_none(self) -> None:
        lies = [b"\0\0\xff\xff" + beacon(b"X"), b"\0\0\x02\0" + beacon(b"X"), b"\x01" + RADIO[127][1:] + beacon(b"X")]
        pages, note, _ = taken(classic("<", False, 127, *lies, RADIO[127] + beacon(b"X", bssid=b"\xff" * 6)))
        assert "3 of other protocols" in note and "1 not readable and kept" in note
        assert {fact.key for fact in readers()["pcap"](pages)} == {"frame.unreadable"}

    def test_a_site_hears_of_its_networks(self, tmp_path: Path) -> None:
        (tmp_path / "air.pcap").write_bytes(classic("<", False, 105, beacon(b"OFFICE"), beacon(b"")))
        told = run("import", tmp_path / "air.pcap", "-o", tmp_path / "out")
        assert told.code == 4 and not told.err  # a network that nobody examined
        made = report(tmp_path / "out")
        assert [(one["name"], one["kind"], one["status"]) for one in made["networks"]] == [
            ("OFFICE", "ssid", "not examined")
        ]
        (found,) = made["findings"]
        assert (found["outcome"], found["macs"]) == ("unknown", [BSSID.hex(":")])
        assert [one["ssid"] for one in found["attached"]] == ["OFFICE"]


class TestPages:
    def test_each_page_is_small_and_of_one_minute(self) -> None:
        held, pages = Pages(), []
        for number in range(400):
            frame = b"\xff" * 6 + bytes([2, 0, 0, 0, number >> 8, number & 255]) + b"\x88\xcc" + bytes(1400)
            pages += list(held.add(NOW + number * 10**9 // 2, len(frame), frame))
        pages += list(held.flush())
        assert sum(page.frames for page in pages) == held.kept == 400
        assert len(pages) > 3 and all(len(page.body) <= PAGE for page in pages)
        for page in pages:
            times = [packet.at for packet in packets(page.body)]
            assert times[0] == page.at and times[-1] - times[0] < 60 * 10**9

    def test_the_same_octets_are_kept_again_after_an_hour(self) -> None:
        held = Pages()
        for at in (0, 1, AGAIN - 1, AGAIN, AGAIN + 5):
            list(held.add(NOW + at, 42, arp(1)))
        assert (held.kept, held.repeated) == (2, 3)

    def test_a_frame_to_somebody_else_is_the_same_frame(self) -> None:
        held = Pages()
        list(held.add(NOW, 42, arp(1)))
        list(held.add(NOW, 42, bytes(6) + arp(1)[6:]))
        assert (held.kept, held.repeated) == (1, 1)

    def test_nobody_fills_a_disk_by_talking(self) -> None:
        held = Pages()
        for number in range(5000):
            list(held.add(NOW, 60, arp(1) + number.to_bytes(4, "big")))
        list(held.add(NOW, 60, arp(9, bytes.fromhex("020000000009"))))
        assert (held.kept, held.beyond) == (ALIKE + 1, 5000 - ALIKE)
        list(held.add(NOW + AGAIN, 60, arp(1) + b"next hour"))
        assert held.kept == ALIKE + 2

    def test_a_salt_that_a_camera_shouts_is_starred_out(self) -> None:
        text = b"<ProbeMatch><Salt>PLANTED</Salt><DeviceSN>DS-1</DeviceSN></ProbeMatch>"
        udp = struct.pack(">HHHH", 37020, 37020, 8 + len(text), 0) + text
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 7, 0, 64, 17, 0) + bytes(
            [192, 0, 2, 1, 239, 255, 255, 250]
        )
        frame = b"\x01\x00\x5e\x7f\xff\xfa" + MAC + b"\x08\x00" + ip + udp
        pages, _, _ = taken(classic("<", False, 1, frame))
        (held,) = [packet.data for one in pages for packet in packets(one.body or b"")]
        assert held == frame.replace(b"PLANTED", b"*" * 7) and b"DS-1" in held

    def test_unreadable_pages_are_counted_not_raised(self) -> None:
        held = Pages()
        list(held.add(NOW, 16, b"\xff" * 6 + MAC + b"\x08\x00\x45"))
        (page,) = held.flush()
        from agent.frames._pages import evidence
        from model.evidence import Observation

        one = evidence(Observation("listen", "h/eth0", "eth0", "listen", "noted", WHEN), page)
        assert unreadable(one) == 1 and one.observation.status == "noted"

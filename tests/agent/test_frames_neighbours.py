"""What devices say to their neighbours, first hand: LLDP, CDP, EDP, FDP and the spanning tree."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from scapy.contrib import cdp, lldp
from scapy.layers.l2 import LLC, SNAP, STP, Dot3, Ether

from tests.agent.heard import CAMERA, ROUTER, SWITCH, heard, stations

ME = f"host:{SWITCH}"
CHASSIS = "00:1b:d4:00:00:00"
NEAREST = "01:80:c2:00:00:0e"


def octets(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def vlan(name: str) -> tuple[str, str, str]:
    return ME, "network", f'{{"kind":"vlan","name":"{name}","named_by":"advertisement"}}'


# LLDP
def by_lldp(*elements: Any) -> set[tuple[str, str, str]]:
    frame = Ether(src=SWITCH, dst=NEAREST, type=0x88CC)
    for one in (*elements, lldp.LLDPDUEndOfLLDPDU()):
        frame = frame / one
    return heard(bytes(frame))


HEAD = (
    lldp.LLDPDUChassisID(subtype=4, id=CHASSIS),
    lldp.LLDPDUPortID(subtype=5, id=b"Gi1/0/1"),
    lldp.LLDPDUTimeToLive(ttl=120),
)
BASE = {(ME, "lldp.chassis_id", CHASSIS), (ME, "mac.address", CHASSIS), (ME, "lldp.port_id", "Gi1/0/1")}


def own(oui: int, subtype: int, data: bytes) -> Any:
    return lldp.LLDPDUGenericOrganisationSpecific(org_code=oui, subtype=subtype, data=data)


def test_lldp_is_the_senders_own_word() -> None:
    told = by_lldp(
        *HEAD,
        lldp.LLDPDUSystemName(system_name=b"sw1.example"),
        lldp.LLDPDUSystemDescription(description=b"Example OS 1.2\r\nA switch"),
        lldp.LLDPDUManagementAddress(
            management_address_subtype=1, management_address=bytes([10, 0, 0, 1]), interface_number=1
        ),
        lldp.LLDPDUManagementAddress(
            management_address_subtype=2,
            management_address=bytes.fromhex("20010db8" + "00" * 11 + "01"),
            interface_number=1,
        ),
    )
    assert told == BASE | {
        (ME, "lldp.sys_name", "sw1.example"),
        (ME, "lldp.sys_description", "Example OS 1.2\r\nA switch"),
        (ME, "lldp.mgmt_address", "10.0.0.1"),
        (ME, "lldp.mgmt_address", "2001:db8::1"),
    }


def test_lldp_med_inventory_and_vlans() -> None:
    told = by_lldp(
        *HEAD,
        own(0x0012BB, 6, b"3.1"),
        own(0x0012BB, 8, b"SN-00042"),
        own(0x0012BB, 9, b"Example"),
        own(0x0012BB, 10, b"EX-1\0\0"),
        own(0x0080C2, 1, struct.pack(">H", 10)),
        own(0x0080C2, 3, struct.pack(">HB", 20, 7) + b"CAMERAS"),
        own(0x123456, 9, b"somebody else's"),
    )
    assert told - BASE == {
        (ME, "lldp.firmware", "3.1"),
        (ME, "lldp.serial", "SN-00042"),
        (ME, "lldp.mfg_name", "Example"),
        (ME, "lldp.model_name", "EX-1"),
        vlan("10"),
        vlan("20 CAMERAS"),
    }


@pytest.mark.parametrize(
    ("subtype", "raw", "said"),
    [(7, b"box-1", "box-1"), (5, b"\x01\x0a\0\0\x01", "10.0.0.1"), (5, b"\x06abc", ""), (7, b"\xff\xfe\xfd", "fffefd")],
)
def test_a_chassis_id_of_another_kind(subtype: int, raw: bytes, said: str) -> None:
    body = (
        struct.pack(">HB", 1 << 9 | len(raw) + 1, subtype) + raw + struct.pack(">HB", 2 << 9 | 2, 7) + b"1" + bytes(2)
    )
    told = heard(bytes(Ether(src=SWITCH, dst=NEAREST, type=0x88CC)) + body)
    assert told - {(ME, "lldp.port_id", "1")} == ({(ME, "lldp.chassis_id", said)} if said else set())


def test_lldp_without_an_end_and_cut_short() -> None:
    whole = bytes(Ether(src=SWITCH, dst=NEAREST, type=0x88CC) / HEAD[0] / HEAD[1] / HEAD[2]).rstrip(b"\0")
    assert heard(whole) == BASE
    told = heard(whole + struct.pack(">H", 5 << 9 | 100) + b"sw")
    assert told == BASE | {("frame:lldp", "frame.unreadable", "1 an element cut short, or no chassis id")}


# CDP and FDP
def by_snap(oui: int, code: int, payload: Any) -> set[tuple[str, str, str]]:
    return heard(bytes(Dot3(src=SWITCH, dst="01:00:0c:cc:cc:cc") / LLC() / SNAP(OUI=oui, code=code) / payload))


def test_cdp() -> None:
    listed = cdp.CDPMsgAddr(addr=[cdp.CDPAddrRecordIPv4(addr="10.0.0.1"), cdp.CDPAddrRecordIPv6(addr="2001:db8::1")])
    told = by_snap(
        0xC,
        0x2000,
        cdp.CDPv2_HDR(
            vers=2,
            msg=[
                cdp.CDPMsgDeviceID(val=b"sw1.example"),
                listed,
                cdp.CDPMsgPortID(iface=b"GigabitEthernet1/0/1"),
                cdp.CDPMsgSoftwareVersion(val=b"Example IOS\nVersion 1"),
                cdp.CDPMsgPlatform(val=b"example EX-1"),
                cdp.CDPMsgNativeVLAN(vlan=10),
            ],
        ),
    )
    assert told == {
        (ME, "cdp.device_id", "sw1.example"),
        (ME, "cdp.address", "10.0.0.1"),
        (ME, "cdp.address", "2001:db8::1"),
        (ME, "cdp.port_id", "GigabitEthernet1/0/1"),
        (ME, "cdp.version", "Example IOS\nVersion 1"),
        (ME, "cdp.platform", "example EX-1"),
        vlan("10"),
    }


def test_cdp_version_1_and_what_lies() -> None:
    def element(kind: int, value: bytes, size: int = 0) -> bytes:
        return struct.pack(">HH", kind, size or len(value) + 4) + value

    first = struct.pack(">BBH", 1, 180, 0) + element(1, b"old") + bytes(8)
    assert by_snap(0xC, 0x2000, first) == {(ME, "cdp.device_id", "old")}
    for wrong in (element(5, b"x", 3), element(5, b"x", 900), element(2, struct.pack(">IBB", 1, 1, 200))):
        told = by_snap(0xC, 0x2000, first[:-8] + wrong)
        assert (ME, "cdp.device_id", "old") in told and {key for _, key, _ in told} == {
            "cdp.device_id",
            "frame.unreadable",
        }
    assert {about for about, _, _ in by_snap(0xC, 0x2000, b"\x09\0\0\0")} == {"frame:cdp"}


def test_fdp() -> None:
    addresses = struct.pack(">IBBBH", 1, 1, 1, 0xCC, 4) + bytes([10, 0, 0, 2])
    body = b"".join(
        struct.pack(">HH", kind, len(value) + 4) + value
        for kind, value in ((1, b"core"), (2, addresses), (5, b"Example OS"), (6, b"EX-9"))
    )
    assert by_snap(0xE052, 0x2000, struct.pack(">BBH", 1, 180, 0) + body) == {
        (ME, "fdp.device_id", "core"),
        (ME, "fdp.address", "10.0.0.2"),
        (ME, "fdp.version", "Example OS"),
        (ME, "fdp.platform", "EX-9"),
    }


# EDP
def by_edp(*elements: tuple[int, bytes], mark: int = 0x99) -> set[tuple[str, str, str]]:
    body = b"".join(struct.pack(">BBH", mark, kind, len(value) + 4) + value for kind, value in (*elements, (0, b"")))
    head = struct.pack(">BBHHHH", 1, 0, 16 + len(body), 0, 7, 0) + octets(CHASSIS)
    return by_snap(0xE02B, 0x00BB, head + body)


def test_edp() -> None:
    info = struct.pack(">HHH6s4s16s", 1, 2, 0, bytes(6), bytes([7, 8, 1, 4]), bytes(16))
    assert by_edp((1, b"core-1\0\0"), (2, info), (5, struct.pack(">BBHI4s", 0, 0, 30, 0, bytes(4)) + b"VOICE\0")) == {
        (ME, "mac.address", CHASSIS),
        (ME, "edp.display_name", "core-1"),
        (ME, "edp.version", "7.8.1.4"),
        vlan("30 VOICE"),
    }
    assert {key for _, key, _ in by_edp((1, b"x"), mark=0x98)} == {"mac.address", "frame.unreadable"}


# Spanning tree
def by_stp(**fields: Any) -> set[tuple[str, str, str]]:
    return heard(bytes(Dot3(src=SWITCH, dst="01:80:c2:00:00:00") / LLC(dsap=0x42, ssap=0x42, ctrl=3) / STP(**fields)))


def test_the_root_is_a_neighbour_that_the_bridge_names() -> None:
    told = by_stp(rootid=4096, rootmac=ROUTER, bridgeid=32769, bridgemac=CHASSIS)
    assert told == {
        (ME, "stp.bridge_id", f"32769 {CHASSIS}"),
        (ME, "mac.address", CHASSIS),
        (f"{ME}/neighbor:stp.{ROUTER}", "mac.address", ROUTER),
    }
    itself = by_stp(rootid=32769, rootmac=CHASSIS, bridgeid=32769, bridgemac=CHASSIS)
    assert {about for about, _, _ in itself} == {ME}


def test_per_vlan_spanning_tree() -> None:
    told = by_snap(
        0xC, 0x010B, bytes(STP(rootmac=CHASSIS, bridgemac=CHASSIS, bridgeid=10)) + bytes.fromhex("0000000002000a")
    )
    assert (ME, "stp.bridge_id", f"10 {CHASSIS}") in told


def test_in_mstp_the_sender_stands_where_version_3_put_it() -> None:
    region = bytes(STP(version=3, bpdutype=2, rootmac=ROUTER, bridgemac=CAMERA, bridgeid=4096))
    more = b"\0" + struct.pack(">H", 64) + bytes(51) + bytes(4) + struct.pack(">H", 32768) + octets(CHASSIS) + b"\x14"
    told = heard(bytes(Dot3(src=SWITCH, dst="01:80:c2:00:00:00") / LLC(dsap=0x42, ssap=0x42, ctrl=3) / (region + more)))
    assert (ME, "stp.bridge_id", f"32768 {CHASSIS}") in told and CAMERA not in str(told)


def test_a_topology_change_names_nobody() -> None:
    change = bytes(
        Dot3(src=SWITCH, dst="01:80:c2:00:00:00") / LLC(dsap=0x42, ssap=0x42, ctrl=3) / bytes.fromhex("00000080")
    )
    assert heard(change) == set() and stations(change) != set()

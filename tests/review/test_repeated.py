"""Who repeats another's words, or runs another's program, is not made by whom they name."""

from __future__ import annotations

import pytest
from scapy.layers.dns import DNS, DNSRR, DNSRRSRV
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Raw

from agent.frames._read import read as frames
from fingerprints.assess import assess
from model.report import Finding
from tests.agent.heard import page
from tests.review.test_judging import only, shipped

ROUTER, HERE, CAMERA, LISTED_MAC = "00:1b:d4:00:00:02", "10.0.0.1", "10.0.9.9", "00:e0:fc:11:22:33"
TYPE, NAME = "_CGI._tcp.local", "HIKVISION DS-2CD2143._CGI._tcp.local"
POINTER = DNSRR(rrname=TYPE, type="PTR", rdata=NAME)
SERVICE = DNSRRSRV(rrname=NAME, target="cam.local", port=80)
NOTIFY = (
    "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nLOCATION: http://{at}:37215/d.xml\r\n"
    "SERVER: Linux/2.6 UPnP/1.0 Huawei-ATP-IGD\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\nUSN: uuid:00e0fc37-2525\r\n\r\n"
)


def sent(port: int, payload: bytes, to: str = "224.0.0.251") -> Packet:
    head = Ether(src=ROUTER, dst="01:00:5e:00:00:fb") / IP(src=HERE, dst=to, ttl=255)
    return head / UDP(sport=port, dport=port) / Raw(payload)


def mdns(*records: Packet) -> Packet:
    return sent(5353, bytes(DNS(qr=1, aa=1, ancount=len(records), an=list(records))))


def heard(frame: Packet) -> dict[str, Finding]:
    report = assess([page([frame])], {"listen": frames}, shipped(), "test")
    return {text: one for one in report.findings for text in one.addresses}


def address(of: str) -> Packet:
    return DNSRR(rrname="cam.local", type="A", rdata=of)


@pytest.mark.parametrize("records", [(POINTER,), (POINTER, SERVICE), (POINTER, SERVICE, address(CAMERA))])
def test_who_repeats_a_camera_s_records_is_no_camera(records: tuple[Packet, ...]) -> None:
    assert heard(mdns(*records))[HERE].outcome == "unknown"


def test_a_camera_s_own_records_are_its_own() -> None:
    found = heard(mdns(POINTER, SERVICE, address(HERE)))[HERE]
    assert (found.outcome, found.maker, found.model) == ("covered", "hikvision", "DS-2CD2143")


def test_who_passes_an_announcement_on_is_a_witness() -> None:
    found = heard(sent(1900, NOTIFY.format(at=CAMERA).encode(), "239.255.255.250"))
    assert (found[CAMERA].outcome, found[CAMERA].maker) == ("suspect", "huawei")
    assert {why.grade for why in found[CAMERA].why} == {"witnessed"} and found[CAMERA].witnesses
    assert found[HERE].outcome == "unknown"


def test_who_announces_itself_declares() -> None:
    found = heard(sent(1900, NOTIFY.format(at=HERE).encode(), "239.255.255.250"))
    assert (found[HERE].outcome, found[HERE].maker) == ("covered", "huawei")


PROGRAMS = [
    ("upnp.manufacturer", "Logitech"),
    ("upnp.manufacturer", "Belkin International Inc."),
    ("upnp.manufacturer", "Signify"),
    ("upnp.manufacturer", "Google Inc."),
    ("upnp.manufacturer", "Samsung Electronics"),
    ("upnp.manufacturer", "MikroTik"),
    ("upnp.server", "Roku/9.1.0 UPnP/1.0 Roku/9.1.0"),
    ("upnp.server", "Linux/i686 UPnP/1,0 DLNADOC/1.50 LGE WebOS TV/Version 0.9"),
    ("mdns.service", "_amzn-wplay._tcp amzn.dmgr:1"),
    ("mdns.txt", "ty=HP LaserJet 1020"),
    ("cli.version", "version: 6.48 (stable)\n  board-name: x86\n  platform: MikroTik"),
]


@pytest.mark.parametrize("said", PROGRAMS)
def test_what_a_program_says_names_no_hardware(said: tuple[str, str]) -> None:
    assert (only(said).outcome, only(said).maker) == ("unknown", None)
    found = only(said, ("mac.address", LISTED_MAC))
    assert (found.outcome, found.maker) == ("suspect", "huawei"), "the block is all that is known of the box"


def test_a_printer_s_own_texts_name_it() -> None:
    found = only(("mdns.txt", "ty=HP LaserJet Pro M404dn"), ("mdns.txt", "UUID=564e4333-4130"))
    assert (found.outcome, found.maker, found.model) == ("clear", "hp", "LaserJet Pro M404dn")

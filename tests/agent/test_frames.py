"""Frames are read as far as they prove something: scapy writes them, as an encoder that knows nothing of ours."""

from __future__ import annotations

import struct

import pytest
from scapy.layers.igmp import IGMP, IGMPv2_MR, IGMPv3_MR, IGMPv3_MR_Group
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import (
    ICMPv6MLDMultAddrRec,
    ICMPv6MLReport,
    ICMPv6MLReport2,
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6ND_RA,
    ICMPv6ND_RS,
    ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptMTU,
    ICMPv6NDOptPrefixInfo,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
    RouterAlert,
)
from scapy.layers.l2 import ARP, LLC, SNAP, STP, Dot1Q, Dot3, Ether

from agent.decode.ether import parse, parse_cooked
from agent.frames import _read
from tests.agent.heard import CAMERA, COOKED, COOKED_2, OTHER, RANDOM, ROUTER, facts, heard, stations

EVERY = "ff:ff:ff:ff:ff:ff"
LOCAL, GLOBAL = "fe80::1", "2001:db8::5"


def test_ethernet() -> None:
    frame = parse(
        bytes(
            Ether(src=CAMERA, dst=OTHER)
            / Dot1Q(vlan=10)
            / IP(src="10.0.0.5", dst="10.0.0.6", ttl=9)
            / UDP(sport=5, dport=6)
            / b"abc"
        )
    )
    assert (frame.source, frame.destination, frame.vlans, frame.place) == (CAMERA, OTHER, (10,), "ether/0x0800")
    assert (frame.ip_source, frame.ip_destination, frame.hops, frame.ports, frame.payload) == (
        "10.0.0.5",
        "10.0.0.6",
        9,
        (5, 6),
        b"abc",
    )
    assert frame.places == ("ether/0x0800", "ether/0x0800/17", "udp/5", "udp/6")


def test_two_tags_and_padding() -> None:
    inner = IP(src="10.0.0.5", dst="10.0.0.6") / UDP(sport=5, dport=6) / b"abc"
    frame = parse(
        bytes(Ether(src=CAMERA, dst=OTHER, type=0x88A8) / Dot1Q(vlan=7, type=0x8100) / Dot1Q(vlan=9) / inner)
        + bytes(20)
    )
    assert frame.vlans == (7, 9) and frame.payload == b"abc"


def test_tcp_has_a_sequence() -> None:
    frame = parse(bytes(Ether(dst=OTHER) / IP() / TCP(sport=443, dport=50001, seq=77, options=[("MSS", 9)]) / b"abc"))
    assert (frame.sequence, frame.payload) == (77, b"abc") and "tcp/443" in frame.places


def test_an_extension_header_is_passed_over() -> None:
    report = IPv6(src=LOCAL, dst="ff02::16") / IPv6ExtHdrHopByHop(options=[RouterAlert()]) / ICMPv6MLReport2(records=[])
    assert parse(bytes(Ether(dst=OTHER) / report)).places == ("ether/0x86dd", "ether/0x86dd/58", "ether/0x86dd/58/143")


@pytest.mark.parametrize(
    "packet",
    [
        IP(flags="MF") / UDP(sport=67, dport=68),
        IP(frag=5) / UDP(sport=67, dport=68),
        IPv6() / IPv6ExtHdrFragment(m=1, nh=17) / UDP(sport=67, dport=68),
        IPv6() / IPv6ExtHdrFragment(offset=3, nh=17) / UDP(sport=67, dport=68),
    ],
)
def test_a_fragment_has_no_ports(packet: object) -> None:
    assert parse(bytes(Ether(dst=OTHER) / packet)).ports == ()


def test_a_whole_packet_in_a_fragment_header_has_ports() -> None:
    whole = IPv6() / IPv6ExtHdrFragment(m=0, offset=0, nh=17) / UDP(sport=67, dport=68)
    assert parse(bytes(Ether(dst=OTHER) / whole)).ports == (67, 68)


def test_llc_and_snap() -> None:
    assert parse(bytes(Dot3(src=CAMERA, dst=OTHER) / LLC(dsap=0x42, ssap=0x42) / STP())).place == "llc/0x42"
    frame = parse(bytes(Dot3(src=CAMERA, dst=OTHER) / LLC() / SNAP(OUI=0xC, code=0x2000) / b"xyz") + bytes(9))
    assert (frame.place, frame.payload) == ("snap/00000c:2000", b"xyz")


def test_linux_cooked() -> None:
    address = bytes.fromhex(CAMERA.replace(":", ""))
    packet = bytes(IP(src="10.0.0.5", dst="224.0.0.251") / UDP(sport=5353, dport=5353))
    old = struct.pack(">HHH8sH", 2, 1, 6, address, 0x0800) + packet
    new = struct.pack(">HHIHBB8s", 0x0800, 0, 3, 1, 2, 6, address) + packet
    for link_type, data in ((COOKED, old), (COOKED_2, new)):
        frame = parse_cooked(data, link_type)
        assert (frame.source, frame.destination, frame.ports) == (CAMERA, "", (5353, 5353))
        assert ("host:10.0.0.5", "mac.address", CAMERA) in heard(data, link_type=link_type)
    bpdu = bytes(LLC(dsap=0x42, ssap=0x42) / STP())
    assert parse_cooked(struct.pack(">HHH8sH", 2, 1, 6, address, 4) + bpdu).place == "llc/0x42"


# Who has which address.
def test_arp_says_it_of_its_sender() -> None:
    ask = Ether(src=CAMERA, dst=EVERY) / ARP(op=1, hwsrc=CAMERA, psrc="10.0.0.5", pdst="10.0.0.1")
    answer = Ether(src=ROUTER, dst=CAMERA) / ARP(op=2, hwsrc=ROUTER, psrc="10.0.0.1", hwdst=CAMERA, pdst="10.0.0.5")
    assert heard(ask) == {("host:10.0.0.5", "mac.address", CAMERA)}
    assert heard(answer) == {("host:10.0.0.1", "mac.address", ROUTER)}
    assert stations(answer) == {
        (f"host:{ROUTER}", "mac.address", ROUTER),
        (f"station:{CAMERA}", "mac.address", CAMERA),
    }


def test_a_gratuitous_arp_binds_and_a_probe_only_shows_its_sender() -> None:
    same = Ether(src=CAMERA, dst=EVERY) / ARP(op=1, hwsrc=CAMERA, psrc="169.254.3.4", pdst="169.254.3.4")
    probe = Ether(src=CAMERA, dst=EVERY) / ARP(op=1, hwsrc=CAMERA, psrc="0.0.0.0", pdst="10.0.0.5")
    assert heard(same) == {("host:169.254.3.4", "mac.address", CAMERA)}
    assert heard(probe) == set() and stations(probe) == {(f"host:{CAMERA}", "mac.address", CAMERA)}


def test_arp_in_a_vlan() -> None:
    asked = Ether(src=CAMERA, dst=EVERY) / Dot1Q(vlan=10) / ARP(hwsrc=CAMERA, psrc="10.0.0.5", pdst="10.0.0.1")
    assert heard(asked) == {("host:10.0.0.5", "mac.address", CAMERA)}


def test_neighbour_discovery() -> None:
    def nd(message: object, source: str = LOCAL, hops: int = 255) -> set[tuple[str, str, str]]:
        return heard(Ether(src=CAMERA, dst="33:33:00:00:00:01") / IPv6(src=source, dst="ff02::1", hlim=hops) / message)

    ask = ICMPv6ND_NS(tgt=GLOBAL) / ICMPv6NDOptSrcLLAddr(lladdr=CAMERA)
    assert nd(ask) == {(f"host:{LOCAL}", "mac.address", CAMERA)}
    tell = ICMPv6ND_NA(tgt=GLOBAL) / ICMPv6NDOptDstLLAddr(lladdr=OTHER)
    assert nd(tell, "fe80::9") == {(f"host:{GLOBAL}", "mac.address", OTHER), ("host:fe80::9", "mac.address", CAMERA)}
    assert nd(ICMPv6ND_RS() / ICMPv6NDOptSrcLLAddr(lladdr=CAMERA)) == {(f"host:{LOCAL}", "mac.address", CAMERA)}
    assert nd(ICMPv6ND_NS(tgt=GLOBAL), "::") == set(), "a station that looks whether an address is free has not got it"
    routed = IPv6(src="2001:db8:9::9", dst=GLOBAL, hlim=254) / tell
    assert heard(Ether(src=ROUTER, dst=CAMERA) / routed) == set()


def test_a_router_and_its_networks() -> None:
    advert = (
        ICMPv6ND_RA(routerlifetime=1800)
        / ICMPv6NDOptSrcLLAddr(lladdr=ROUTER)
        / ICMPv6NDOptMTU(mtu=1500)
        / ICMPv6NDOptPrefixInfo(prefix="2001:db8:1::", prefixlen=64, L=1)
        / ICMPv6NDOptPrefixInfo(prefix="2001:db8:2::", prefixlen=64, L=0)
    )
    net = '{"kind":"subnet","name":"2001:db8:1::/64","named_by":"advertisement"}'
    local = Ether(src=ROUTER, dst="33:33:00:00:00:01") / IPv6(src=LOCAL, dst="ff02::1", hlim=255) / advert
    assert heard(local) == {
        (f"host:{LOCAL}", "mac.address", ROUTER),
        (f"host:{LOCAL}", "ipv6.router", "1800"),
        (f"host:{LOCAL}", "network", net),
    }
    far = Ether(src=ROUTER, dst="33:33:00:00:00:01") / IPv6(src=LOCAL, dst=GLOBAL, hlim=64) / advert
    assert heard(far) == set()


def test_group_reports() -> None:
    def v4(group: str, message: object) -> set[tuple[str, str, str]]:
        return heard(Ether(src=CAMERA, dst=OTHER) / IP(src="10.0.0.5", dst=group, ttl=1) / message)

    bound = ("host:10.0.0.5", "mac.address", CAMERA)
    joined = ("host:10.0.0.5", "multicast.group", "239.255.255.251")
    assert v4("239.255.255.251", IGMPv2_MR(gaddr="239.255.255.251")) == {bound, joined}
    records = [
        IGMPv3_MR_Group(rtype=2, maddr="239.255.255.251"),
        IGMPv3_MR_Group(rtype=3, maddr="239.1.1.1"),
        IGMPv3_MR_Group(rtype=1, maddr="239.2.2.2", srcaddrs=["10.0.0.9"]),
    ]
    third = IGMPv3_MR(records=records)
    assert v4("224.0.0.22", third) == {bound, joined, ("host:10.0.0.5", "multicast.group", "239.2.2.2")}
    assert v4("224.0.0.1", IGMP()) == {bound}
    v6 = IPv6(src=LOCAL, dst="ff02::16", hlim=1) / IPv6ExtHdrHopByHop(options=[RouterAlert()])
    groups = [ICMPv6MLDMultAddrRec(rtype=4, dst=one) for one in ("ff02::fb", "ff02::1:ff11:2233")]
    here = {(f"host:{LOCAL}", "mac.address", CAMERA), (f"host:{LOCAL}", "multicast.group", "ff02::fb")}
    assert heard(Ether(src=CAMERA, dst=OTHER) / v6 / ICMPv6MLReport2(records=groups)) == here
    assert heard(Ether(src=CAMERA, dst=OTHER) / v6 / ICMPv6MLReport(mladdr="ff02::fb")) == here


@pytest.mark.parametrize(
    ("source", "to", "hops", "bound"),
    [
        ("10.0.0.5", "224.0.0.251", 255, True),
        ("10.0.0.5", "224.0.0.251", 1, True),
        ("169.254.1.1", "255.255.255.255", 64, True),
        ("100.64.0.9", "224.0.0.251", 255, True),
        ("10.0.0.5", "10.0.0.6", 255, True),
        ("10.0.0.5", "10.0.0.6", 254, False),
        ("10.0.0.5", "10.0.0.255", 64, False),
        ("10.0.0.5", "239.255.255.250", 1, False),
        ("8.8.8.8", "224.0.0.251", 255, False),
        ("224.0.0.5", "224.0.0.251", 255, False),
    ],
)
def test_a_mac_is_bound_to_an_address_only_where_no_router_stands_between(
    source: str, to: str, hops: int, bound: bool
) -> None:
    frame = Ether(src=CAMERA, dst=OTHER) / IP(src=source, dst=to, ttl=hops) / UDP(sport=5353, dport=5353) / b"rubbish"
    assert heard(frame) == ({(f"host:{source}", "mac.address", CAMERA)} if bound else set())
    assert (f"host:{CAMERA}", "mac.address", CAMERA) in stations(frame), "whoever forwarded it is on this link"


def test_a_link_local_group_proves_an_ipv6_sender() -> None:
    def six(to: str) -> set[tuple[str, str, str]]:
        return heard(Ether(src=RANDOM, dst=OTHER) / IPv6(src="fd00::5", dst=to, hlim=64) / UDP(sport=5353, dport=5353))

    assert six("ff02::fb") == {("host:fd00::5", "mac.address", RANDOM)}
    assert six("ff05::fb") == set()


def test_what_no_dissector_wants_says_nothing() -> None:
    assert facts(Ether(src=CAMERA, dst=OTHER) / IP(src="10.0.0.5", dst="10.0.0.6") / TCP(dport=22) / b"SSH-2.0-x") == []


def test_a_frame_that_breaks_is_counted_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Ether(src=CAMERA, dst=EVERY) / ARP(hwsrc=CAMERA, psrc="10.0.0.5", pdst="10.0.0.1")
    short = bytes(Ether(src=OTHER, dst=EVERY) / ARP())[:30]
    found = heard(short, short, good, b"x")
    assert ("frame:arp", "frame.unreadable", "2 no ARP of IPv4 over Ethernet") in found
    assert ("frame:ether", "frame.unreadable", "1 shorter than an Ethernet header") in found
    assert ("host:10.0.0.5", "mac.address", CAMERA) in found

    def bug(payload: bytes) -> None:
        raise KeyError("a bug of ours")

    monkeypatch.setattr("agent.frames.arp.arp.read", bug)
    told = heard(good)
    assert told == {("frame:arp", "frame.unreadable", "1 KeyError: 'a bug of ours'")}


def test_a_link_type_that_is_not_read_is_said() -> None:
    assert heard(b"abc", link_type=147) == {("frame:link", "frame.unreadable", "1 a link type that is not read: 147")}


def test_every_dissector_says_where_it_stands() -> None:
    places = _read.places(traffic=True)
    assert len(places) > 20 and set(_read.places()) <= set(places)
    for module in _read.modules():
        assert module.TITLE and module.WHERE and isinstance(module.TRAFFIC, bool)

"""DHCP as it is heard: clients say what they are, servers whom they gave which address."""

from __future__ import annotations

from typing import Any

import pytest
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dhcp6 import (
    DUID_LLT,
    VENDOR_CLASS_DATA,
    DHCP6_Advertise,
    DHCP6_RelayForward,
    DHCP6_Solicit,
    DHCP6OptClientFQDN,
    DHCP6OptClientId,
    DHCP6OptRelayMsg,
    DHCP6OptVendorClass,
)
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

from tests.agent.heard import CAMERA, OTHER, RANDOM, ROUTER, heard

EVERY = "ff:ff:ff:ff:ff:ff"
ME = f"host:{CAMERA}"
SERVER = "host:10.0.0.1"
Said = set[tuple[str, str, str]]


def octets(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def asked(*options: Any, mac: str = CAMERA, source: str = "0.0.0.0", sender: str = "", **fixed: Any) -> Said:
    message = BOOTP(op=1, chaddr=octets(mac) + bytes(10), **fixed) / DHCP(options=[*options, "end"])
    to = "255.255.255.255" if source == "0.0.0.0" else "10.0.0.1"
    return heard(Ether(src=sender or mac, dst=EVERY) / IP(src=source, dst=to) / UDP(sport=68, dport=67) / message)


def test_a_client_says_what_it_is() -> None:
    told = asked(
        ("message-type", "discover"),
        ("hostname", b"cam-7"),
        ("vendor_class_id", b"Example Camera"),
        ("param_req_list", [1, 3, 6, 15]),
        ("client_id", b"\x01" + octets(CAMERA)),
        (81, b"\x04\0\0\x05cam-7\x07example\0"),
        (124, bytes.fromhex("000007db 03 61 62 63".replace(" ", ""))),
        (125, bytes.fromhex("00000137 00 00000de9 02 6162".replace(" ", ""))),
    )
    assert told == {
        (ME, "dhcp.host_name", "cam-7"),
        (ME, "dhcp.host_name", "cam-7.example"),
        (ME, "dhcp_vendor_class", "Example Camera"),
        (ME, "dhcp.parameters", "1,3,6,15"),
        (ME, "dhcp.client_id", "01" + CAMERA.replace(":", "")),
        (ME, "dhcp.enterprise", "2011"),
        (ME, "dhcp.enterprise", "311"),
        (ME, "dhcp.enterprise", "3561"),
    }


def test_a_name_in_the_older_form() -> None:
    assert asked((81, b"\0\0\0cam-9")) == {(ME, "dhcp.host_name", "cam-9")}
    assert asked((81, b"\x04\0\0\x3fcut")) == set()


def test_a_client_that_renews_proves_its_address() -> None:
    me = "host:10.0.0.7"
    told = asked(("message-type", "request"), ("hostname", b"cam"), source="10.0.0.7", ciaddr="10.0.0.7")
    assert told == {(me, "mac.address", CAMERA), (me, "ip.address", "10.0.0.7"), (me, "dhcp.host_name", "cam")}


def test_an_address_that_another_machine_writes_is_only_told() -> None:
    relayed = asked(("hostname", b"cam"), source="10.0.0.254", sender=ROUTER, ciaddr="10.9.0.7", giaddr="10.9.0.1")
    assert relayed == {(ME, "mac.address", CAMERA), (ME, "ip.address", "10.9.0.7"), (ME, "dhcp.host_name", "cam")} - {
        (ME, "mac.address", CAMERA)
    }


def answered(kind: str, *options: Any, mac: str = CAMERA) -> Said:
    message = BOOTP(op=2, yiaddr="10.0.0.7", chaddr=octets(mac) + bytes(10)) / DHCP(
        options=[("message-type", kind), ("server_id", "10.0.0.1"), *options, "end"]
    )
    return heard(Ether(src=ROUTER, dst=mac) / IP(src="10.0.0.1", dst="10.0.0.7") / UDP(sport=67, dport=68) / message)


def test_a_server_and_whom_it_gave_what() -> None:
    net = '{"kind":"subnet","name":"10.0.0.0/24","named_by":"dhcp"}'
    base = {(SERVER, "dhcp.server", "10.0.0.1"), (SERVER, "dhcp.router", "10.0.0.254"), (SERVER, "network", net)}
    options = ("subnet_mask", "255.255.255.0"), ("router", "10.0.0.254")
    assert answered("offer", *options) == base, "an offer is not taken yet"
    assert answered("ack", *options, mac=RANDOM) == base | {(f"{SERVER}/station:{RANDOM}", "ip.address", "10.0.0.7")}


def test_split_and_overloaded_options_are_joined() -> None:
    plain = asked(("hostname", b"cam-"), ("hostname", b"seven"))
    assert plain == {(ME, "dhcp.host_name", "cam-seven")}
    name = b"\x0c\x05cam-8\xff"
    assert asked((52, b"\x01"), file=name + bytes(128 - len(name))) == {(ME, "dhcp.host_name", "cam-8")}


@pytest.mark.parametrize("value", [b"\xff\xfe", b"\x1b[31m", b"a\x00b"])
def test_names_that_are_no_text(value: bytes) -> None:
    assert asked(("hostname", value)) == ({(ME, "dhcp.host_name", "a")} if value[:1] == b"a" else set())


def test_what_is_no_dhcp_is_counted() -> None:
    told = heard(Ether(src=CAMERA, dst=OTHER) / IP(src="10.0.0.5") / UDP(sport=68, dport=67) / bytes(10))
    assert told == {("frame:dhcp4", "frame.unreadable", "1 no DHCP message")}


# IPv6
SOLICIT = (
    DHCP6_Solicit(trid=7)
    / DHCP6OptClientId(duid=DUID_LLT(lladdr=OTHER, timeval=9))
    / DHCP6OptVendorClass(enterprisenum=2011, vcdata=[VENDOR_CLASS_DATA(data=b"Example Camera")])
    / DHCP6OptClientFQDN(fqdn="cam.example")
)
LOCAL = "host:fe80::5"


def six(message: Any, source: str, to: str = "ff02::1:2", ports: tuple[int, int] = (546, 547)) -> Said:
    return heard(
        Ether(src=CAMERA, dst=OTHER) / IPv6(src=source, dst=to) / UDP(sport=ports[0], dport=ports[1]) / message
    )


def of_client(who: str) -> Said:
    return {
        (who, "dhcp.duid", "00010001" + "00000009" + OTHER.replace(":", "")),
        (who, "dhcp.enterprise", "2011"),
        (who, "dhcp_vendor_class", "Example Camera"),
        (who, "dhcp.host_name", "cam.example"),
    }


def test_a_client_of_dhcpv6() -> None:
    told = six(SOLICIT, "fe80::5")
    assert told == of_client(LOCAL) | {(LOCAL, "mac.address", CAMERA)}, "the MAC in a DUID may be of a cloned disk"


def test_a_relayed_client_is_known_by_the_address_the_relay_saw() -> None:
    wrapped = DHCP6_RelayForward(linkaddr="2001:db8::1", peeraddr="fe80::77") / DHCP6OptRelayMsg(message=SOLICIT)
    assert six(wrapped, "2001:db8::1", "2001:db8:9::1", (547, 547)) == of_client("host:fe80::77")


def test_a_server_of_dhcpv6() -> None:
    told = six(DHCP6_Advertise() / DHCP6OptClientId(duid=DUID_LLT(lladdr=OTHER)), "fe80::1", "fe80::5", (547, 546))
    assert told == {("host:fe80::1", "dhcp.server", "fe80::1")}

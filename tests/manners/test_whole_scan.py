"""One whole scan with every usual probe, on a link and behind a router where many must be left alone: counted on the desk's cable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.decode.ber import read_message, read_pdu
from agent.manners import NEVER_OIDS, NEVER_PATHS, NEVER_TCP, NEVER_UDP, SILENT_TCP
from agent.snmp import usm
from model.spans import spans
from tests.agent.netns import Bench
from tests.manners import town
from tests.manners.cable import Frame, booked, for_all, frames, fullest, most_connections
from tests.manners.desk import Scanned, begin, finish, once

pytestmark = [
    pytest.mark.needs("root", "ip", "tcpdump", "snmpd", "lldpd", "lldpcli", "nginx", "openssl", "sysctl"),
    pytest.mark.namespaces,
]
ASKABLE = spans(["10.9.0.1-10.9.0.30", town.SIEMENS, town.ROUTED]) - spans([*town.EXCLUDED, *town.FRAGILE])
UNASKED = {123, 53, 47808, 502, 44818}  # of the probes that are off: ntp, dns_version, bacnet, modbus, ethernet_ip
METHODS = re.compile(rb"\A([A-Z]+) (\S+) [A-Z]+/")


class Town(Scanned):
    """The scan, and who lives where. `macs`: by namespace; `asked`: the requests that nginx wrote down."""

    macs: dict[str, str]
    requests: str


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, command: Callable[[str], str]) -> Town:
    return once(tmp_path_factory, "town", lambda folder: _scanned(folder, command))


def _scanned(folder: Path, command: Callable[[str], str]) -> Town:
    net = Bench(folder)
    try:
        mac = town.furnished(net, command)
        net.settled("desk")
        macs = {name: _mac(net, name) for name in ("shy", "frail", "printer", "ups", "six")}
        cable = net.capture("desk")
        ended = finish(begin(net, folder / "out", *town.words(net)), 120)
        made = Town(folder / "out", *ended, frames(cable), mac)
        made.macs, made.requests = macs, (folder / "nginx-web" / "access").read_text()
        return made
    finally:
        net.close()


def _mac(net: Bench, name: str) -> str:
    return net.run(name, "cat", "/sys/class/net/eth0/address").stdout.decode().strip()


def _link_local(mac: str) -> str:
    """The address that the kernel makes of it (RFC 4291, appendix A)."""
    raw = bytes.fromhex(mac.replace(":", ""))
    return f"fe80::{raw[0] ^ 2:02x}{raw[1]:02x}:{raw[2]:02x}ff:fe{raw[3]:02x}:{raw[4]:02x}{raw[5]:02x}"


def _text(address: str) -> str:
    import ipaddress

    return str(ipaddress.ip_address(address))


def _to(whole: Town, *addresses: str) -> list[Frame]:
    return [one for one in whole.sent if one.target in addresses]


def test_nothing_leaves_the_scope(whole: Town) -> None:
    """Frames of every kind, the kernel's own questions and answers included."""
    six = {town.SIX, _text(_link_local(whole.macs["six"]))}
    strangers = {one.target for one in whole.sent if one.target not in ASKABLE and one.target not in six}
    assert not strangers
    assert {one.kind for one in whole.sent} <= {"arp", "arp-reply", "nd", "nd-reply", "tcp", "udp"}, "nothing else"


def test_who_is_excluded_or_fragile_gets_no_frame(whole: Town) -> None:
    """By no address of either family, and by no MAC, although tables and LLDP name them and they would answer."""
    assert not _to(whole, *town.EXCLUDED, *town.FRAGILE, *town.OUTSIDE, "fd00:9::7", "fd00:9::8")
    assert not {one.to_mac for one in whole.sent} & {whole.macs["shy"], whole.macs["frail"]}
    told = {address for one in whole.report.findings if one.outcome == "unseen" for address in one.addresses}
    assert {"10.9.0.7", "10.9.0.8", "10.9.0.40", "fd00:77::1"} <= told, (
        "the tables did not name them: nothing was tried"
    )


def test_no_question_to_all_where_somebody_is_left_alone(whole: Town) -> None:
    assert {one.kind for one in whole.sent if one.to_all} <= {"arp", "nd"}
    row = next(one for one in whole.report.coverage if (one.probe, one.scope) == ("sadp", "10.9.0.0/27"))
    assert "not wholly in scope" in row.reason
    assert [one for one in whole.sent if one.port == 37020], "hosts that may be asked are asked one by one"


@pytest.mark.parametrize("address", town.CAREFUL)
def test_the_delicate_are_read_by_snmp_alone(whole: Town, address: str) -> None:
    """A printer by its MAC, a UPS by its engine id, a controller by the router's ARP table: all have open ports."""
    sent = [one for one in _to(whole, address) if one.kind not in ("arp", "arp-reply")]
    assert {(one.kind, one.port) for one in sent} == {("udp", 161)}
    assert any(town.COMMUNITY.encode() in one.payload for one in sent), "SNMP is configured for it"
    rows = " ".join(one.reason for one in whole.report.coverage if one.probe == "tcp_ports")
    assert all(maker in rows for maker in ("LEXMARK", "American Power", "Siemens"))


def test_never_touch_ports_are_not_touched(whole: Town) -> None:
    """A host has them all open: printing, serial gateways, controllers."""
    tcp, udp = ({one.port for one in whole.sent if one.kind == kind} for kind in ("tcp", "udp"))
    assert not tcp & set(NEVER_TCP) and not udp & set(NEVER_UDP)
    assert not [one for one in whole.sent if one.port in SILENT_TCP and one.payload]
    assert {one.port for one in _to(whole, town.MANY) if one.kind == "tcp"} >= {22, 80, 443}


def test_probes_that_are_off_send_nothing(whole: Town) -> None:
    assert not {one.port for one in whole.sent if one.kind in ("tcp", "udp")} & UNASKED
    assert {one.hops for one in whole.sent if one.kind in ("tcp", "udp")} == {64}, "no way is looked for"


def test_only_reading_is_said(whole: Town) -> None:
    """Methods, paths and logins, on the cable and in what the real server wrote down."""
    said = [METHODS.match(one.payload) for one in whole.sent if one.kind == "tcp"]
    asked = [(found[1].decode(), found[2].decode().lower()) for found in said if found]
    assert asked and {method for method, _ in asked} <= {"GET", "HEAD", "OPTIONS", "POST"}
    assert not [path for _, path in asked if path.startswith(tuple(NEVER_PATHS))]
    posted = [one.payload for one in whole.sent if one.payload.startswith(b"POST ")]
    assert all(b"/onvif/" in one or b"/ipp" in one or b"application/ipp" in one for one in posted)
    assert not [one for one in whole.sent if re.search(rb"(?im)^authorization:", one.payload)]
    assert '"GET / HTTP' in whole.requests and not re.search("PUT|DELETE|PATCH", whole.requests)


def test_of_snmp_only_reading_and_no_forbidden_object(whole: Town) -> None:
    read = 0
    for one in whole.sent:
        if (one.kind, one.port) == ("udp", 161):
            pdu = read_pdu(_pdu(one.payload))
            assert pdu.kind in ("get", "next", "bulk")
            read += pdu.kind == "bulk"
            for bind in pdu.varbinds:
                assert not [oid for oid in NEVER_OIDS if f"{bind.oid}.".startswith(f"{oid}.")]
                assert pdu.kind == "get" or not [oid for oid in NEVER_OIDS if oid.startswith(f"{bind.oid}.")]
    assert read > 50


def test_no_community_is_guessed(whole: Town) -> None:
    """Only the configured one, and what a Cisco is asked for a VLAN by; of users only the configured one, and nobody's name."""
    asked = [one.payload for one in whole.sent if (one.kind, one.port) == ("udp", 161)]
    named = {read_message(one)[1] for one in asked}
    assert named == {None, town.COMMUNITY.encode(), f"{town.COMMUNITY}@{town.VLAN}".encode()}
    assert {usm.read(one).user for one in asked if read_message(one)[1] is None} == {b"", b"bench"}


def _pdu(payload: bytes) -> bytes:
    try:
        return read_message(payload)[2]
    except ValueError:
        return usm.pdu_of(usm.Door(b""), usm.read(payload))


@pytest.mark.parametrize("address", [town.REFUSING, town.ROUTED])
def test_a_refused_user_and_a_silent_community_are_spent(whole: Town, address: str) -> None:
    """On a link and behind a router, over all probes of the scan: the user once, the community once and once again."""
    sent = [one.payload for one in _to(whole, address) if one.port == 161]
    assert sum(b"bench" in one for one in sent) == 1
    assert sum(town.COMMUNITY.encode() in one for one in sent) == 2


def test_a_neighbour_that_a_table_told_of_is_no_exception(whole: Town) -> None:
    sent = [one.payload for one in _to(whole, town.SIX) if one.port == 161]
    assert sum(town.COMMUNITY.encode() in one for one in sent) == 2


def test_a_community_for_a_vlan_is_spent_like_any_other(whole: Town) -> None:
    """Sent to the box that says it is Cisco, where it is silent; never to anybody else."""
    suffixed = Counter(one.target for one in whole.sent if f"{town.COMMUNITY}@".encode() in one.payload)
    assert suffixed == {town.CISCO: 2}


def test_one_connection_at_a_time(whole: Town) -> None:
    most = most_connections(whole.frames, whole.mac)
    assert set(most.values()) == {0, 1} and most[town.WEB] == most[town.MANY] == most[town.ROUTED] == 1


def test_rates_of_profile_normal(whole: Town) -> None:
    sent = booked(whole.sent)
    assert fullest(sent) <= 1000
    assert 20 <= fullest(for_all(sent)) <= 50
    hosts = {host: fullest([one for one in sent if one.target == host]) for host in {one.target for one in sent}}
    assert max(hosts.values()) <= 40, hosts


def test_ordinary_hosts_beside_them_are_found(whole: Town) -> None:
    seen = {address for one in whole.report.findings if one.outcome != "unseen" for address in one.addresses}
    assert seen >= {town.WEB, town.MANY, town.ROUTED, town.SIX, town.CISCO, *town.CAREFUL}
    assert whole.code == 4 and Path(whole.said["report"]).exists()

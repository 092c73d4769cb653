"""What is never done: ports, methods, paths, objects and words, whichever probe asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.ask import Certificate, Neighbours, Request, Snmp, Sweep, Target, Tcp, Udp
from agent.decode.ber import Varbind, write_message, write_pdu
from agent.manners import CAUTION, NEVER_OIDS, NEVER_PATHS, NEVER_TCP, NEVER_UDP, SILENT_TCP, caution, may
from model import folder

ROOT = Path(__file__).resolve().parents[2]
HERE = Target("10.0.0.5")


def get(path: str, *headers: str, method: str = "GET", body: str = "", protocol: str = "HTTP/1.1") -> bytes:
    return "\r\n".join([f"{method} {path} {protocol}", "Host: x", *headers, "", body]).encode()


def snmp(kind: str, *oids: str) -> bytes:
    return write_message(1, b"x", write_pdu(kind, 1, [Varbind(oid, "integer", 1) for oid in oids]))


@pytest.mark.parametrize("port", sorted(NEVER_TCP))
def test_tcp_ports(port: int) -> None:
    assert may(Tcp("x", port), HERE, False) == NEVER_TCP[port]
    assert may(Certificate("x", port), HERE, False) == NEVER_TCP[port]


@pytest.mark.parametrize("port", sorted(NEVER_UDP))
def test_udp_ports(port: int) -> None:
    assert may(Udp("x", port, b""), HERE, False) == NEVER_UDP[port]
    assert may(Sweep("x", "udp", ("10.0.0.0/24",), port), HERE, False) == NEVER_UDP[port]


@pytest.mark.parametrize("port", sorted(SILENT_TCP))
def test_ports_that_are_only_connected_to(port: int) -> None:
    assert may(Tcp("x", port), HERE, False) is None
    assert may(Tcp("x", port, b"GET / HTTP/1.1\r\n\r\n"), HERE, False)
    assert may(Tcp("x", port, tls=True), HERE, False)
    assert may(Certificate("x", port), HERE, False)


@pytest.mark.parametrize("path", sorted(NEVER_PATHS))
def test_paths_in_any_spelling(path: str) -> None:
    for spelled in (path, path.upper(), "/" + path, f"http://10.0.0.5{path}", path + "x?y=1"):
        assert may(Tcp("x", 80, get(spelled)), HERE, False) == NEVER_PATHS[path], spelled


@pytest.mark.parametrize(
    "payload",
    [
        get("/", method="POST", body="user=admin"),
        get("/", method="PUT"),
        get("/", method="DELETE"),
        get("rtsp://x/", method="SETUP", protocol="RTSP/1.0"),
        get("rtsp://x/", method="PLAY", protocol="RTSP/1.0"),
        get("sip:x", method="REGISTER", protocol="SIP/2.0"),
        get("sip:x", method="INVITE", protocol="SIP/2.0"),
        get("/", "Authorization: Basic YWRtaW46YWRtaW4="),
        get("/", "proxy-authorization : x"),
        get("/", "X: " + "y" * 600),
        get("/" + "y" * 600),
        get("/onvif/device_service", method="POST", body="<SetSystemDateAndTime/>"),
    ],
)
def test_no_login_no_writing_no_long_lines(payload: bytes) -> None:
    assert may(Tcp("x", 80, payload), HERE, False)
    assert may(Udp("x", 5060, payload), HERE, False)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\r\n",
        get("/"),
        get("/favicon.ico"),
        get("/doc/page/login.asp"),
        get("/ISAPI/System/deviceInfo"),
        get("*", method="OPTIONS", protocol="RTSP/1.0"),
        get("sip:x", method="OPTIONS", protocol="SIP/2.0"),
        get("/onvif/device_service", method="POST", body="<s:Body><tds:GetSystemDateAndTime/></s:Body>"),
    ],
)
def test_ordinary_questions_may_be_asked(payload: bytes) -> None:
    assert may(Tcp("x", 80, payload), HERE, False) is None


@pytest.mark.parametrize("oid", sorted(NEVER_OIDS))
def test_objects(oid: str) -> None:
    parent = oid.rpartition(".")[0]
    for asked in (oid, f".{oid}", f"{oid}.1.0"):
        for verb in ("get", "next", "bulk"):
            assert may(Snmp("x", verb, ("1.3.6.1.2.1.1.1.0", asked)), HERE, False)  # type: ignore[arg-type]
    assert may(Snmp("x", "bulk", (parent,)), HERE, False)  # a walk from above runs into it
    assert may(Snmp("x", "get", (parent,)), HERE, False) is None
    assert may(Snmp("x", "next", (f"{oid}7",)), HERE, False) is None  # a neighbour that merely starts alike
    assert may(Udp("x", 161, snmp("get", oid)), HERE, False)


def test_no_set_by_any_way() -> None:
    assert may(Udp("x", 161, snmp("set", "1.3.6.1.2.1.1.5.0")), HERE, False) == "SNMP SET is never sent"
    assert may(Udp("x", 16161, snmp("set", "1.3.6.1.2.1.1.5.0")), HERE, False) == "SNMP SET is never sent"
    assert may(Udp("x", 161, snmp("get", "1.3.6.1.2.1.1.5.0")), HERE, False) is None


def test_discovery_ports_take_the_search_only() -> None:
    dhip, sadp = b'\x20\x00{"method":"DHDiscover.%s"}', b"<Probe><Types>%s</Types></Probe>"
    assert may(Udp("x", 37810, dhip % b"search"), HERE, False) is None
    assert may(Udp("x", 37810, dhip % b"search"), HERE, False, on_link=False)
    assert may(Udp("x", 37810, dhip % b"setConfig"), HERE, False)
    assert may(Udp("x", 37020, sadp % b"inquiry"), HERE, False) is None
    assert may(Udp("x", 37020, sadp % b"update"), HERE, False)


@pytest.mark.parametrize(
    "request_", [Tcp("x", 80), Certificate("x", 443), Udp("x", 161, b""), Udp("x", 5060, get("sip:x"))]
)
def test_cautious_targets_are_left_in_peace(request_: Request) -> None:
    assert may(request_, HERE, False) is None or isinstance(request_, Udp)
    assert may(request_, HERE, True)


def test_cautious_targets_may_be_read_with_a_credential() -> None:
    assert may(Snmp("x", "get", ("1.3.6.1.2.1.1.1.0",)), HERE, True) is None
    assert may(Neighbours("x", "eth0"), HERE, True) is None


@pytest.mark.parametrize(
    ("registrant", "cautious"),
    [
        ("Siemens AG", True),
        ("ROCKWELL AUTOMATION", True),
        ("Moxa Inc.", True),
        ("American Power Conversion Corp (APC)", True),
        ("Drägerwerk", False),
        ("Dräger Medical", True),
        ("Philips Healthcare PCCI", True),
        ("Seiko Epson Corporation", True),
        ("Hangzhou Hikvision Digital Technology Co.,Ltd.", False),
        ("Cisco Systems, Inc", False),
        ("HUAWEI TECHNOLOGIES CO.,LTD", False),
        ("Digital Data Communications", False),
        ("", False),
    ],
)
def test_the_caution_list_knows_whole_words(registrant: str, cautious: bool) -> None:
    assert (caution(registrant) is not None) == cautious


def test_no_probe_is_built_on_what_is_never_done() -> None:
    """Ports that a probe declares are ports that it may ask."""
    for name, probe in folder.modules("agent.probes").items():
        for port in probe.PORTS:
            kind, _, number = port.partition("/")
            never = {"tcp": NEVER_TCP, "udp": NEVER_UDP}.get(kind, {})
            assert not number or int(number) not in never, f"probe {name}: {port}"


def test_the_page_names_every_rule() -> None:
    page = (ROOT / "docs" / "manners.md").read_text()
    for port in (*NEVER_TCP, *NEVER_UDP, *SILENT_TCP):
        assert any(str(port) in row or _in_range(port, row) for row in page.splitlines() if row.startswith("|")), port
    for word in (*NEVER_OIDS, *NEVER_PATHS, *CAUTION):
        assert word in page.lower(), word


def _in_range(port: int, row: str) -> bool:
    import re

    return any(int(low) <= port <= int(high) for low, high in re.findall(r"(\d+)-(\d+)", row))

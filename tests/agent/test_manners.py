"""What is never done: ports, methods, paths, objects and words, whichever probe asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from agent.ask import Certificate, Group, Neighbours, Reply, Request, Snmp, Sweep, Target, Tcp, Udp
from agent.decode.ber import Varbind, write_message, write_pdu
from agent.decode.enip import QUESTION as ENIP
from agent.decode.modbus import QUESTION as MODBUS
from agent.manners import CAUTION, IDENTITY, NEVER_OIDS, NEVER_PATHS, NEVER_TCP, NEVER_UDP, SILENT_TCP, caution, may
from agent.scope import Scope
from model import folder
from tests.agent.reading import driven

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
    signs = "".join(f"%{ord(sign):02x}" for sign in path[1:])
    twice = "/" + signs.replace("%", "%25")
    dots = (
        "/." + path,
        "/a/.." + path,
        path.replace("/", "/;x=1/"),
        path.replace("/", "\\"),
        path.replace("/", "/%2e/"),
    )
    for spelled in (
        path,
        path.upper(),
        "/" + path,
        f"http://10.0.0.5{path}",
        path + "x?y=1",
        "/" + signs,
        twice,
        *dots,
    ):
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
            if number and int(number) in never:  # only by name, and only the one question
                assert (kind, int(number)) in IDENTITY and not probe.DEFAULT, f"probe {name}: {port}"


def questions() -> list[tuple[str, Request]]:
    """Every question that any probe puts to a port of IDENTITY, with each answer that leads to more."""
    found: list[tuple[str, Request]] = []
    i_am = bytes.fromhex("810b00140100") + b"\x10\x00\xc4\x02\x00\x04\xd2\x22\x01\xe0\x91\x03\x21\x0f"
    for name, probe in folder.modules("agent.probes").items():
        if any(port in [f"{kind}/{number}" for kind, number in IDENTITY] for port in probe.PORTS):
            for target in (HERE, Target(interface="eth0", addresses=("10.0.0.0/24",))):
                asked, _ = driven(probe, target, lambda _: Reply("answered", i_am))
                found.extend((name, request) for request in asked)
    return found


def test_identity_questions_pass_even_to_the_delicate() -> None:
    asked = questions()
    assert {name for name, _ in asked} == {"bacnet", "ethernet_ip", "modbus"}
    for name, request in asked:
        assert may(request, HERE, cautious=True) is None, name
        assert may(request, HERE, cautious=False) is None, name


def test_a_changed_byte_of_an_identity_question_is_forbidden() -> None:
    """Every byte is fixed but Modbus's number, and BACnet's invoke id and instance (whose upper bits are the object's type)."""
    for name, request in questions():
        assert isinstance(request, Tcp | Udp | Group)
        free = {"modbus": {0, 1}, "bacnet": {8, 13, 14} if len(request.payload) == 17 else set()}.get(name, set())
        for at in set(range(len(request.payload))) - free:
            changed = bytearray(request.payload)
            changed[at] ^= 0x41
            assert may(replace(request, payload=bytes(changed)), HERE, False), (name, at)
        for payload in (request.payload + b"\0", request.payload[:-1], b"", request.payload * 2):
            assert may(replace(request, payload=payload), HERE, False), name


def test_identity_questions_stay_on_their_ports() -> None:
    for _, request in questions():
        assert isinstance(request, Tcp | Udp | Group)
        kind, other = ("tcp", 102) if isinstance(request, Tcp) else ("udp", 20000)
        assert may(replace(request, port=other), HERE, False) == {"tcp": NEVER_TCP, "udp": NEVER_UDP}[kind][other]
    assert may(Tcp("x", 502, MODBUS, tls=True), HERE, False)
    assert may(Udp("x", 502, MODBUS), HERE, False)
    assert may(Tcp("x", 44818, ENIP), HERE, False)


@pytest.mark.parametrize(
    "function", [b"\x03\x00\x00\x00\x01", b"\x05\x00\x00\xff\x00", b"\x2b\x0e\x03\x00", b"\x2b\x0d\x01\x00"]
)
def test_modbus_reads_and_writes_are_never_sent(function: bytes) -> None:
    payload = b"\0\1\0\0\0" + bytes((1 + len(function),)) + b"\xff" + function
    assert may(Tcp("x", 502, payload), HERE, False) == NEVER_TCP[502]


def test_a_fragile_scope_hears_no_identity_question() -> None:
    scope = Scope.of(("10.0.0.0/24",), (), ("10.0.0.5",))
    assert "fragile" in (scope.reason("10.0.0.5") or "")


def ipp_post(operation: int, *, media: str = "application/ipp", more: bytes = b"", claims: int = 0) -> bytes:
    body = b"\x01\x01" + operation.to_bytes(2, "big") + b"\0\0\0\1\1\3"
    head = (
        f"POST /ipp/print HTTP/1.1\r\nHost: x\r\nContent-Type: {media}\r\nContent-Length: {claims or len(body)}\r\n\r\n"
    )
    return head.encode() + body + more


def test_of_printing_only_the_attributes_are_asked() -> None:
    assert may(Tcp("x", 631, ipp_post(0x000B)), HERE, False) is None
    assert may(Tcp("x", 631, ipp_post(0x000B)), HERE, True)  # delicate printers: not even that
    for operation in (0x0002, 0x0004, 0x0008, 0x0010, 0x0012, 0x400B):
        assert may(Tcp("x", 631, ipp_post(operation)), HERE, False), hex(operation)
    assert may(Tcp("x", 631, ipp_post(0x000B, media="text/plain")), HERE, False)
    assert may(Tcp("x", 631, ipp_post(0x000B, more=ipp_post(2))), HERE, False)
    assert may(Tcp("x", 631, ipp_post(0x000B, claims=8)), HERE, False)


def test_the_page_names_every_rule() -> None:
    page = (ROOT / "docs" / "manners.md").read_text()
    for port in (*NEVER_TCP, *NEVER_UDP, *SILENT_TCP):
        assert any(str(port) in row or _in_range(port, row) for row in page.splitlines() if row.startswith("|")), port
    for word in (*NEVER_OIDS, *NEVER_PATHS, *CAUTION):
        assert word in page.lower(), word


def _in_range(port: int, row: str) -> bool:
    import re

    return any(int(low) <= port <= int(high) for low, high in re.findall(r"(\d+)-(\d+)", row))

"""Each probe asks what it says, within its manners, and reads what comes back; no probe touches a socket."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import mmh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.ask import Certificate, Neighbours, Reply, Request, Snmp, Sweep, Target, Tcp
from agent.decode.http import message
from agent.manners import may
from agent.probes import arp_sweep, ftp, http, https, neighbours, rtsp, sip, snmp_engine, ssh, tcp_ports, telnet
from model import folder
from model.evidence import Evidence
from tests.agent.reading import driven, heard, no_sockets, said

PROBES = folder.modules("agent.probes")
HOST = Target(address="192.0.2.7", interface="eth0", addresses=("192.0.2.0/29",))
SILENT = Reply("silent")


def page(body: str, *headers: str, status: int = 200) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} X", *headers, "", body]).encode()


def site(**pages: bytes) -> Callable[[Request], Reply]:
    """A web server: pages by path, `root` for `/`, `icon` for the icon; nothing elsewhere but on ports 80 and 443."""
    paths = {
        b"/": pages.get("root", b""),
        b"/favicon.ico": pages.get("icon", b""),
        **{k.encode(): v for k, v in pages.items()},
    }

    def answer(request: Request) -> Reply:
        if isinstance(request, Certificate):
            return Reply("answered", pages["certificate"]) if "certificate" in pages else Reply("refused")
        assert isinstance(request, Tcp)
        body = paths.get(request.payload.split(b" ")[1], b"") if request.port in (80, 443) else b""
        return Reply("answered", body) if body else Reply("refused")

    return answer


@pytest.mark.parametrize("name", PROBES)
def test_contract(name: str) -> None:
    probe = PROBES[name]
    assert probe.TITLE and isinstance(probe.DEFAULT, bool)
    assert probe.REACH in ("host", "link", "wide", "group", "path", "machine")
    assert all(port in ("arp", "icmp6") or port.split("/")[0] in ("udp", "tcp") for port in probe.PORTS)


@pytest.mark.parametrize("status", ["silent", "refused", "excluded", "failed"])
@pytest.mark.parametrize("name", PROBES)
def test_asks_without_a_socket_within_manners_and_gives_up(
    name: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with no_sockets(monkeypatch):
        asked, kept = driven(PROBES[name], HOST, lambda _: Reply(status))  # type: ignore[arg-type]
        assert list(PROBES[name].read(kept)) == []
    assert asked
    for request in asked:
        assert may(request, HOST, cautious=False) is None
        assert request.asked
        port = getattr(request, "port", 161 if isinstance(request, Snmp) else 0)
        if port:
            kind = "tcp" if isinstance(request, Tcp | Certificate) else "udp"
            assert f"{kind}/{port}" in PROBES[name].PORTS


@pytest.mark.parametrize("name", PROBES)
def test_asks_the_same_question_twice(name: str) -> None:
    assert driven(PROBES[name], HOST, lambda _: SILENT)[0] == driven(PROBES[name], HOST, lambda _: SILENT)[0]


# Nothing may look at Modbus's port before the one question that may be put to it: so nobody knows whether it is open.
@pytest.mark.parametrize("name", [name for name in PROBES if name not in ("tcp_ports", "modbus")])
def test_known_closed_ports_are_left_alone(name: str) -> None:
    known = Target(address="192.0.2.7", open_ports=(9, 443))
    tcp = [
        request.port
        for request in driven(PROBES[name], known, lambda _: SILENT)[0]
        if isinstance(request, Tcp | Certificate)
    ]
    assert set(tcp) <= {443}


def test_other_ports_are_asked_only_where_known_to_be_open() -> None:
    known = Target(address="192.0.2.7", open_ports=(88, 2222, 8081))
    assert [request.port for request in driven(http, known, lambda _: SILENT)[0] if isinstance(request, Tcp)] == [
        88,
        8081,
    ]
    assert [request.port for request in driven(ssh, known, lambda _: SILENT)[0] if isinstance(request, Tcp)] == [2222]


@pytest.mark.parametrize(
    ("probe", "body", "key", "value"),
    [
        (ssh, b"SSH-2.0-HUAWEI-1.5\r\n", "ssh.banner", "HUAWEI-1.5"),
        (ssh, b"SSH-1.99--\n", "ssh.banner", "-"),
        (ssh, b"Welcome\r\nSSH-2.0-ZTE_SSH.2.0\r\n", "ssh.banner", "ZTE_SSH.2.0"),
        (ftp, b"220 HES_CPE FTP server ready\r\n", "ftp.banner", "HES_CPE FTP server ready"),
        (ftp, b"220-one\r\n220 two\r\n", "ftp.banner", "one\r\ntwo"),
        (
            telnet,
            b"\xff\xfb\x01\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0\r\n192.0.0.64 login: ",
            "telnet.banner",
            "192.0.0.64 login:",
        ),
        (telnet, b"\x1b[2JWelcome \xff\xff", "telnet.banner", "Welcome \xff"),
        (
            rtsp,
            b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Dahua Rtsp Server\r\n\r\n",
            "rtsp_header.server",
            "Dahua Rtsp Server",
        ),
        (
            sip,
            b"SIP/2.0 200 OK\r\nUser-Agent: Huawei-EchoLife HG\r\n\r\n",
            "sip_header.user_agent",
            "Huawei-EchoLife HG",
        ),
    ],
)
def test_greetings(probe: object, body: bytes, key: str, value: str) -> None:
    assert said(probe.read([heard("x", "greeting", body)])) == {("self", key, value)}  # type: ignore[attr-defined]


@pytest.mark.parametrize("probe", [ssh, ftp, rtsp, sip])
def test_another_protocol_on_the_port_says_nothing(probe: object) -> None:
    assert list(probe.read([heard("x", "greeting", b"+OK POP3 ready\r\n")])) == []  # type: ignore[attr-defined]


def test_telnet_only_refuses() -> None:
    request = driven(telnet, HOST, lambda _: SILENT)[0][0]
    assert isinstance(request, Tcp)
    commands = [request.payload[at : at + 3] for at in range(0, len(request.payload), 3)]
    assert {command[:2] for command in commands} == {b"\xff\xfc", b"\xff\xfe"}


def test_a_home_page_and_its_icon() -> None:
    root = page(
        "<html><head><title>\n Example\n camera </title></head></html>",
        "Server: Example-Webs",
        'WWW-Authenticate: Basic realm="x"',
        "Set-Cookie: SID=****; path=/",
    )
    icon = b"HTTP/1.1 200 OK\r\nContent-Type: image/x-icon\r\n\r\n\x00\x00\x01\x00icon"
    asked, kept = driven(http, HOST, site(root=root, icon=icon))
    assert [request.asked for request in asked] == ["GET / (tcp/80)", "GET /favicon.ico (tcp/80)", "GET / (tcp/8080)"]
    body = b"\x00\x00\x01\x00icon"
    assert said(http.read(kept)) == {
        ("self", "http_header.server", "Example-Webs"),
        ("self", "http_header.wwwauth", 'Basic realm="x"'),
        ("self", "http_header.cookie", "SID=****"),
        ("self", "html_title", "Example camera"),
        ("self", "html_body", "<html><head><title>\n Example\n camera </title></head></html>"),
        ("self", "favicon.md5", hashlib.md5(body).hexdigest()),
        ("self", "favicon.mmh3", str(mmh3.hash(base64.encodebytes(body)))),
    }


def test_requests_are_honest_and_plain() -> None:
    request = driven(http, HOST, site(root=page("x")))[0][0]
    assert isinstance(request, Tcp) and request.media == "message/http"
    assert request.payload == (
        b"GET / HTTP/1.1\r\nHost: 192.0.2.7\r\nUser-Agent: laydown\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    )
    six = driven(http, Target(address="2001:db8::7"), lambda _: SILENT)[0]
    assert isinstance(six[1], Tcp) and b"\r\nHost: [2001:db8::7]:8080\r\n" in six[1].payload


@pytest.mark.parametrize(
    ("location", "followed"),
    [
        ("/login.html", "/login.html"),
        ("login.html", "/login.html"),
        ("http://192.0.2.7/a?b=c", "/a?b=c"),
        ("http://192.0.2.8/", None),
        ("//192.0.2.8/", None),
        ("https://192.0.2.7/", None),
        ("http://192.0.2.7:8000/", None),
        ("http://[broken/", None),
        ("ftp://192.0.2.7/", None),
        ("/a b\tc", None),
        ("/", None),
    ],
)
def test_redirects_stay_on_the_host(location: str, followed: str | None) -> None:
    asked, _ = driven(http, HOST, site(root=page("", f"Location: {location}", status=302)))
    expected = ["GET / (tcp/80)", f"GET {followed} (tcp/80)"] if followed else ["GET / (tcp/80)"]
    assert [request.asked for request in asked][: len(expected)] == expected
    assert len(asked) == len(expected) + (1 if followed else 2)


def test_redirects_end() -> None:
    def forever(request: Request) -> Reply:
        assert isinstance(request, Tcp)
        path = request.payload.split(b" ")[1].decode()
        return Reply("answered", page("", f"Location: {path}x", status=302)) if request.port == 80 else SILENT

    asked, _ = driven(http, HOST, forever)
    assert [request.asked.split()[1] for request in asked] == ["/", "/x", "/xx", "/favicon.ico", "/"]


@pytest.mark.parametrize(
    "sign", ["Server: App-webs/", "Server: DNVRS-Webs", 'WWW-Authenticate: Digest realm="IP Camera(A1234)"']
)
def test_the_login_page_is_asked_only_after_a_hint(sign: str) -> None:
    login = {"/doc/page/login.asp": page("<p>Hikvision Digital Technology</p>")}
    asked, kept = driven(http, HOST, site(root=page("x", sign), **login))
    assert "GET /doc/page/login.asp (tcp/80)" in [request.asked for request in asked]
    assert ("self", "html_body", "<p>Hikvision Digital Technology</p>") in said(http.read(kept))
    asked, _ = driven(http, HOST, site(root=page("x", "Server: nginx"), **login))
    assert not any("login.asp" in request.asked for request in asked)


def certificate() -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    oid = x509.NameOID
    parts = [(oid.COUNTRY_NAME, "US"), (oid.ORGANIZATION_NAME, "Example, Inc."), (oid.COMMON_NAME, "cam7.example")]
    name, key = (
        x509.Name([x509.NameAttribute(kind, value) for kind, value in parts]),
        ec.generate_private_key(ec.SECP256R1()),
    )
    when = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    signed = made.not_valid_before(when).not_valid_after(when + timedelta(days=9)).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def test_a_certificate_is_read_and_the_page_behind_it() -> None:
    der = certificate()
    asked, kept = driven(https, HOST, site(certificate=der, root=page("<title>T</title>")))
    assert [request.asked for request in asked][:2] == ["certificate (tls/443)", "GET / (tls/443)"]
    assert all(request.tls for request in asked if isinstance(request, Tcp))
    facts = said(https.read(kept))
    assert ("self", "x509.subject", "CN=cam7.example,O=Example\\, Inc.,C=US") in facts
    assert ("self", "x509.sha256", hashlib.sha256(der).hexdigest()) in facts
    assert ("self", "html_title", "T") in facts


def test_no_certificate_no_pages() -> None:
    assert all(isinstance(request, Certificate) for request in driven(https, HOST, lambda _: Reply("refused"))[0])


def test_open_ports() -> None:
    def answer(request: Request) -> Reply:
        assert isinstance(request, Tcp) and not request.payload and request.limit == 0
        return Reply("answered", b"SSH") if request.port == 22 else Reply("refused")

    _, kept = driven(tcp_ports, HOST, answer)
    quiet, filtered = (
        heard("tcp_ports", "connect (tcp/80)", b"", "silent"),
        heard("tcp_ports", "connect (tcp/81)", None, "silent"),
    )
    assert said(tcp_ports.read([*kept, quiet, filtered])) == {("self", "tcp.open", "22"), ("self", "tcp.open", "80")}
    assert {"tcp/22", "tcp/80", "tcp/443", "tcp/554"} <= set(tcp_ports.PORTS)
    assert not {"tcp/9100", "tcp/8000", "tcp/502"} & set(tcp_ports.PORTS)


def test_an_engine_id_without_any_credential() -> None:
    from agent.decode.ber import read_message, read_pdu, write_pdu
    from agent.decode.tlv import element, int_bytes

    question = snmp_engine.question()
    assert read_message(question)[0] == 3 and read_pdu(read_message(question)[2]).varbinds == ()
    assert snmp_engine.engine_id(question) == b""
    engine = bytes.fromhex("800007db03001122334455")
    usm = element(0x30, element(0x04, engine) + int_bytes(1) + int_bytes(2) + b"\x04\x00" * 3)
    scoped = element(0x30, b"\x04\x00\x04\x00" + write_pdu("report", 1, ()))
    flags = element(0x30, int_bytes(1) + int_bytes(65_507) + element(0x04, b"\x00") + int_bytes(3))
    answer = element(0x30, int_bytes(3) + flags + element(0x04, usm) + scoped)
    assert said(snmp_engine.read([heard("snmp_engine", "x", answer)])) == {("self", "snmp.engine_id", engine.hex())}


def test_stations_of_the_link() -> None:
    rows = [
        ("192.0.2.9", "00:00:5e:00:53:29", "REACHABLE"),
        ("192.0.2.10", "00:00:5e:00:53:2a", "FAILED"),
        ("192.0.2.11", "", "STALE"),
    ]
    body = b"\n".join(json.dumps({"address": a, "mac": m, "state": s}).encode() for a, m, s in rows) + b"\nbroken"
    request, kept = driven(neighbours, HOST, lambda _: Reply("answered", body))
    assert request == [Neighbours("neighbour table of eth0", "eth0")]
    assert said(neighbours.read(kept)) == {("station:00:00:5e:00:53:29", "ip.address", "192.0.2.9")}


def test_a_sweep_is_one_question_and_many_batches() -> None:
    batches = iter([Reply("noted", b'{"address":"192.0.2.1","mac":"00:00:5e:00:53:01"}'), Reply("answered", b"")])
    asked, _ = driven(arp_sweep, HOST, lambda _: next(batches))
    assert len(asked) == 2 and asked[0] is asked[1]
    assert isinstance(asked[0], Sweep) and asked[0].addresses == HOST.addresses


def test_chunked_folded_and_bare_answers() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: one\r\n two\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    )
    found = message(chunked)
    assert found is not None and found.body == b"abcde" and found.header("x-a") == "one two"
    bare = message(b"<html>old</html>")
    assert bare is not None and (bare.status, bare.body) == (200, b"<html>old</html>")
    assert message(b"SSH-2.0-x\r\n") is None


ASKED = st.sampled_from(
    ["GET / (tcp/80)", "GET /favicon.ico (tls/443)", "certificate (tls/443)", "connect (tcp/22)", "x"]
)
STARTS = st.sampled_from(
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"<title>",
        b"SSH-2.0-",
        b"220 ",
        b"RTSP/1.0 200 OK\r\n",
        b"SIP/2.0 200 OK\r\n",
        b"\x30\x3a\x02\x01\x03",
        b"{",
    ]
)


@pytest.mark.parametrize("name", PROBES)
@settings(max_examples=80, deadline=None)
@given(asked=ASKED, start=STARTS, rest=st.binary(max_size=300))
def test_no_answer_breaks_a_reader(name: str, asked: str, start: bytes, rest: bytes) -> None:
    pieces: list[Evidence] = [heard(name, asked, start + rest), heard(name, asked, rest, "cut", 1)]
    for fact in PROBES[name].read(pieces):
        assert fact.value and len(fact.value) <= 4096


@pytest.mark.parametrize("name", PROBES)
@settings(max_examples=40, deadline=None)
@given(start=STARTS, rest=st.binary(max_size=300))
def test_no_answer_keeps_a_dialogue_from_its_end(name: str, start: bytes, rest: bytes) -> None:
    driven(PROBES[name], HOST, lambda _: Reply("answered", start + rest))

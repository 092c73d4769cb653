"""What --traffic adds: a server's certificate and its head, of its own side alone."""

from __future__ import annotations

import datetime
import struct

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether

from agent.frames import _read
from tests.agent.heard import CAMERA, OTHER, heard

HERE = "host:10.0.0.5"


def certificate(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Example"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, name),
        ]
    )
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder(who, who, key.public_key(), 7, day, day + datetime.timedelta(days=9))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def records(data: bytes, size: int = 16_384) -> bytes:
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(struct.pack(">BHH", 22, 0x0303, len(part)) + part for part in parts)


def from_server(payload: bytes, port: int = 443, client: bool = False) -> set[tuple[str, str, str]]:
    ports = (50001, port) if client else (port, 50001)
    tcp = TCP(sport=ports[0], dport=ports[1], flags="PA") / payload
    return {
        fact
        for fact in heard(Ether(src=CAMERA, dst=OTHER) / IP(src="10.0.0.5", dst="10.0.0.9") / tcp)
        if fact[1] != "mac.address"
    }


DER = certificate("cam-7")
LISTED = len(DER).to_bytes(3, "big") + DER
HELLO = message(2, bytes(70)) + message(11, len(LISTED).to_bytes(3, "big") + LISTED)


def test_a_servers_certificate() -> None:
    for size in (16_384, 100):
        told = {key: value for _, key, value in from_server(records(HELLO, size) + b"\x17\x03\x03")}
        assert told["x509.subject"] == told["x509.issuer"] == "CN=cam-7,O=Example" and len(told["x509.sha256"]) == 64
    assert {about for about, _, _ in from_server(records(HELLO))} == {HERE}


def test_a_clients_certificate_and_a_hidden_one_say_nothing() -> None:
    assert from_server(records(HELLO), client=True) == set()
    assert from_server(records(message(2, bytes(70))) + b"\x17\x03\x03\0\x09" + bytes(9)) == set()
    assert from_server(b"\x16\x03") == from_server(b"GET / HTTP/1.1\r\n\r\n") == set()


def test_a_certificate_that_goes_on_elsewhere_is_counted() -> None:
    cut = from_server(records(HELLO)[:200])
    assert cut == {("frame:tls_certificate", "frame.unreadable", "1 a certificate that goes on in the next segment")}


def test_a_servers_head() -> None:
    head = b'HTTP/1.1 401 No\r\nServer: Example/1\r\nWWW-Authenticate: Digest realm="Login"\r\nSet-Cookie: a=b\r\n\r\n<html>'
    assert from_server(head, 80) == {
        (HERE, "http_header.server", "Example/1"),
        (HERE, "http_header.wwwauth", 'Digest realm="Login"'),
    }
    assert from_server(head, 80, client=True) == from_server(b"<html>Server: x", 80) == set()


def test_traffic_is_apart() -> None:
    more = set(_read.places(traffic=True)) - set(_read.places())
    assert more and all(place.startswith("tcp/") for place in more)
    assert not any(place.startswith("tcp/") for place in _read.places())

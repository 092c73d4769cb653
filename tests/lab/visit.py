"""Run at the lab's desk: asks a few devices a few things over real sockets and prints what came back as JSON."""

from __future__ import annotations

import json
import os
import socket
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab.snmp import ber

SITE: dict[str, Any] = json.loads(Path(os.environ["LAB_SITE"]).read_text())
TRUTH: dict[str, dict[str, Any]] = {row["device"]: row for row in json.loads(Path(SITE["truth"]).read_text())}
PORTS: dict[str, dict[str, int]] = json.loads(Path(SITE["port_map"]).read_text()) if SITE["port_map"] else {}
DESCR = (1, 3, 6, 1, 2, 1, 1, 1, 0)


def where(device: str, port: str, leg: int = 0) -> tuple[str, int]:
    address = TRUTH[device]["addresses"][leg]
    return address, PORTS.get(address, {}).get(port, int(port.split("/")[1]))


def tcp(device: str, port: int, said: bytes = b"", secure: bool = False, leg: int = 0) -> str:
    with socket.create_connection(where(device, f"tcp/{port}", leg), timeout=3) as plain:
        talk = _tls().wrap_socket(plain) if secure else plain
        talk.sendall(said)
        return talk.recv(2048).decode("latin-1")


def _tls() -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made


def certificate(device: str, port: int) -> str:
    from cryptography import x509

    with socket.create_connection(where(device, f"tcp/{port}"), timeout=3) as plain, _tls().wrap_socket(plain) as talk:
        return x509.load_der_x509_certificate(talk.getpeercert(True) or b"").subject.rfc4514_string()


def udp(device: str, port: int, said: bytes, leg: int = 0) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as talk:
        talk.settimeout(2)
        talk.connect(where(device, f"udp/{port}", leg))
        talk.send(said)
        return talk.recv(65535)


def snmp(device: str, community: str, leg: int = 0) -> str:
    bind = ber.sequence(ber.oid(DESCR), ber.tlv(ber.NULL, b""))
    pdu = ber.sequence(ber.integer(7), ber.integer(0), ber.integer(0), ber.sequence(bind), tag=ber.GET)
    asked = ber.sequence(ber.integer(1), ber.octets(community.encode()), pdu)
    return udp(device, 161, asked, leg).decode("latin-1")


def engine(device: str) -> str:
    security = ber.sequence(ber.octets(b""), ber.integer(0), ber.integer(0), *(ber.octets(b"") for _ in range(3)))
    pdu = ber.sequence(ber.integer(7), ber.integer(0), ber.integer(0), ber.sequence(), tag=ber.GET)
    head = ber.sequence(ber.integer(9), ber.integer(65507), ber.octets(b"\x04"), ber.integer(3))
    scoped = ber.sequence(ber.octets(b""), ber.octets(b""), pdu)
    return udp(device, 161, ber.sequence(ber.integer(3), head, ber.octets(security), scoped)).hex()


def sip() -> str:
    lines = (
        "OPTIONS sip:desk SIP/2.0",
        "Via: SIP/2.0/UDP desk;branch=z9hG4bK1",
        "CSeq: 1 OPTIONS",
        "Call-ID: 1",
        "",
        "",
    )
    return udp("phone-polycom", 5060, "\r\n".join(lines).encode()).decode()


def who_has(device: str) -> str:
    """The MAC that answers an ARP request for the device, or its being refused in a word."""
    desk = SITE["desk"]
    mac, own = bytes.fromhex(desk["mac"].replace(":", "")), socket.inet_aton(desk["address"])
    asked = socket.inet_aton(TRUTH[device]["addresses"][0])
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806)) as talk:
        talk.bind((SITE["interface"], 0x0806))
        talk.settimeout(2)
        head = b"\xff" * 6 + mac + b"\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01"
        talk.send(head + mac + own + bytes(6) + asked)
        while (frame := talk.recv(2048))[28:32] != asked or frame[20:22] != b"\x00\x02":
            pass
        return frame[22:28].hex(":")


def tried(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except OSError as fault:
        return f"{type(fault).__name__}"


def main() -> None:
    community = Path(SITE["credentials"][1]["community_file"]).read_text()
    found = {
        "banner": tried(lambda: tcp("core-switch", 22)),
        "routed banner": tried(lambda: tcp("core-switch", 22, leg=1)),
        "http": tried(lambda: tcp("camera-hikvision", 80, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
        "https": tried(lambda: tcp("server-hpe", 443, b"GET / HTTP/1.0\r\n\r\n", secure=True)),
        "certificate": tried(lambda: certificate("recorder-hikvision", 443)),
        "rtsp": tried(lambda: tcp("recorder-dahua", 554, b"OPTIONS * RTSP/1.0\r\nCSeq: 5\r\n\r\n")),
        "sip": tried(sip),
        "snmp": tried(lambda: snmp("router-huawei", community)),
        "snmp second leg": tried(lambda: snmp("core-switch", community, 1)),
        "snmp wrong community": tried(lambda: snmp("router-huawei", "public")),
        "snmp v3 only": tried(lambda: snmp("switch-huawei", community)),
        "engine": tried(lambda: engine("controller-huawei")),
        "garbage": tried(lambda: snmp("hostile-device", community)[:4]),
    }
    if SITE["interface"]:
        found["arp"] = tried(lambda: who_has("silent-device"))
        found["arp of a speaker"] = tried(lambda: who_has("printer-hp"))
        found["silent"] = tried(lambda: tcp("silent-device", 80))
        found["interfaces"] = " ".join(sorted(path.name for path in Path("/sys/class/net").iterdir()))
        found["machine's gateway"] = tried(lambda: _outside())
    sys.stdout.write(json.dumps(found))


def _outside() -> str:
    """No packet can leave: even the router knows no way to an address outside the lab."""
    with socket.create_connection(("192.0.2.1", 80), timeout=1):
        return "connected"


if __name__ == "__main__":
    main()

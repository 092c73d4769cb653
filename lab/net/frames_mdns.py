"""mDNS announcements: a device's services and addresses, unasked (RFC 6762 8.3, RFC 6763)."""

import struct
from collections.abc import Iterator
from ipaddress import ip_address

from lab.net.frames import datagram
from lab.nouns import Device, Leg, Say, Site
from lab.speech.setting import filled

GROUP, PORT, TTL, FLUSH = "224.0.0.251", 5353, 120, 0x8000
A, PTR, TXT, AAAA, SRV, INTERNET = 1, 12, 16, 28, 33, 1


def frames(site: Site, device: Device, leg: Leg, say: Say) -> Iterator[bytes]:
    """`text` is the instance's name; `fields`: `host`, `service` (`_ipp._tcp`), `port`; all others go into its TXT."""
    fields = {name: filled(site, device, value) for name, value in say.fields}
    host, service = f"{fields.pop('host')}.local", f"{fields.pop('service')}.local"
    port, instance = int(fields.pop("port")), [filled(site, device, say.text), *service.split(".")]
    where = struct.pack(">HHH", 0, 0, port) + name(host.split("."))
    pairs = b"".join(_text(f"{key}={value}") for key, value in fields.items())
    answers = [
        _record(service.split("."), PTR, INTERNET, name(instance)),
        _record(instance, SRV, INTERNET | FLUSH, where),
        _record(instance, TXT, INTERNET | FLUSH, pairs or b"\0"),
        *(_address(host, address) for address in site.addresses(leg)),
    ]
    head = struct.pack(">HHHHHH", 0, 0x8400, 0, len(answers), 0, 0)
    yield datagram(site.address(leg), leg.mac, GROUP, (PORT, PORT), head + b"".join(answers), hops=255)


def name(labels: list[str]) -> bytes:
    """A domain name, label by label (RFC 1035 3.1), not compressed."""
    return b"".join(_text(label) for label in labels) + b"\0"


def _text(text: str) -> bytes:
    body = text.encode()
    return bytes([len(body)]) + body


def _record(owner: list[str], kind: int, klass: int, data: bytes) -> bytes:
    return name(owner) + struct.pack(">HHIH", kind, klass, TTL, len(data)) + data


def _address(host: str, text: str) -> bytes:
    address = ip_address(text)
    return _record(host.split("."), A if address.version == 4 else AAAA, INTERNET | FLUSH, address.packed)

"""Answers mDNS questions for a device's own service types (RFC 6762, RFC 6763), and for LLMNR's reverse one (RFC 4795)."""

import ipaddress
import struct
from collections.abc import Callable, Iterator

import msgspec

from lab.speech.setting import Setting

A, PTR, TXT, AAAA, SRV, INTERNET, TTL = 1, 12, 16, 28, 33, 1, 120
TYPES = "_services._dns-sd._udp.local"


class Service(msgspec.Struct):
    """`kind`: `_ipp._tcp`. `texts`: its TXT pairs."""

    kind: str
    port: int
    instance: str
    texts: list[str]


def answers(setting: Setting) -> Callable[[bytes], bytes | None]:
    """`answer` holds `host: NAME`, `service: _ipp._tcp 631 Instance`, each followed by its `txt: key=value` lines.

    `address: ...` says another address than the device's own: what a repeater of other hosts' records sends.
    """
    lines = [line.partition(":") for line in setting.filled(setting.port.answer).strip().splitlines()]
    pairs = [(name.strip(), value.strip()) for name, _, value in lines]
    named = dict(pairs)
    own = next(iter(setting.site.addresses(setting.device.legs[0])), "")
    services: list[Service] = []
    for name, value in pairs:
        if name == "service":
            kind, port, instance = value.split(" ", 2)
            services.append(Service(kind, int(port), instance, []))
        elif name == "txt":
            services[-1].texts.append(value)
    return lambda asked: _reply(setting, asked, named["host"], named.get("address", own), services)


def _reply(setting: Setting, asked: bytes, host: str, address: str, services: list[Service]) -> bytes | None:
    try:
        wanted = dict(_questions(asked))
    except (IndexError, struct.error, UnicodeDecodeError):
        wanted = {}
    setting.note(f"mDNS {len(wanted)} questions")
    if not wanted or asked[2] & 0x80:
        return None
    found = list(_records(wanted, host, address, services))
    if not found:
        return None
    return asked[:2] + struct.pack(">HHHHH", 0x8400, 0, len(found), 0, 0) + b"".join(found)


def _records(wanted: dict[str, int], host: str, address: str, services: list[Service]) -> Iterator[bytes]:
    reverse = ipaddress.ip_address(address).reverse_pointer
    if reverse in wanted:  # LLMNR: a name of one label
        yield _record(reverse.split("."), PTR, _name([host]))
        return
    asked = [one for one in services if f"{one.kind}.local" in wanted]
    for one in services if TYPES in wanted else []:
        yield _record(TYPES.split("."), PTR, _name([*one.kind.split("."), "local"]))
    for one in asked:
        kind = [*one.kind.split("."), "local"]
        instance = [one.instance, *kind]
        yield _record(kind, PTR, _name(instance))
        yield _record(instance, SRV, struct.pack(">HHH", 0, 0, one.port) + _name([host, "local"]))
        yield _record(instance, TXT, b"".join(map(_label, one.texts)) or b"\0")
    if asked or f"{host}.local" in wanted:
        packed = ipaddress.ip_address(address).packed
        yield _record([host, "local"], A if len(packed) == 4 else AAAA, packed)


def _questions(asked: bytes) -> Iterator[tuple[str, int]]:
    at = 12
    for _ in range(min(int.from_bytes(asked[4:6], "big"), 100)):
        labels, at = _labels(asked, at)
        yield ".".join(labels), struct.unpack_from(">H", asked, at)[0]
        at += 4


def _labels(asked: bytes, at: int, jumps: int = 0) -> tuple[list[str], int]:
    labels: list[str] = []
    while size := asked[at]:
        if size >= 0xC0:
            rest = _labels(asked, (size & 0x3F) << 8 | asked[at + 1], jumps + 1)[0] if jumps < 5 else []
            return [*labels, *rest], at + 2
        labels.append(asked[at + 1 : at + 1 + size].decode())
        at += 1 + size
    return labels, at + 1


def _label(text: str) -> bytes:
    return bytes((len(text.encode()),)) + text.encode()


def _name(labels: list[str]) -> bytes:
    return b"".join(map(_label, labels)) + b"\0"


def _record(owner: list[str], kind: int, data: bytes) -> bytes:
    return _name(owner) + struct.pack(">HHIH", kind, INTERNET, TTL, len(data)) + data

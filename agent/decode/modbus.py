"""Modbus/TCP Read Device Identification (Modbus Application Protocol 1.1b3, section 6.21), basic objects only. Pure, bounded."""

from collections.abc import Iterator

from agent.decode.say import said
from model.claims import Fact

KEYS = {0: "modbus.vendor", 1: "modbus.product", 2: "modbus.revision"}
# Unit 255: the device behind the address itself; a gateway passes nothing on to its serial line (Modbus/TCP guide 1.0b, 4.4.2).
QUESTION = b"\x4c\x61\x00\x00\x00\x05\xff\x2b\x0e\x01\x00"


def read(data: bytes) -> dict[int, str]:
    """{object: text} of the answer; ValueError for exceptions and everything else. A cut answer gives its whole objects."""
    if not 15 <= len(data) <= 260 or data[2:4] != b"\0\0" or data[7:9] != b"\x2b\x0e":
        raise ValueError("no device identification")
    found, at = {}, 14
    for _ in range(data[13]):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            break
        raw = data[at + 2 : at + 2 + data[at + 1]]
        found[data[at]] = raw.decode("latin-1").replace("\0", "").strip()
        at += 2 + len(raw)
    return found


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`modbus.vendor`, `modbus.product`, `modbus.revision`; nothing from rubbish."""
    try:
        found = read(payload)
    except ValueError:
        return
    for number, key in KEYS.items():
        yield from said(evidence, about, key, found.get(number, ""))

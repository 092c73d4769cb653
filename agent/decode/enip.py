"""EtherNet/IP ListIdentity (CIP volume 2, section 2-4.4): who a controller says it is. Pure, bounded."""

import struct
from collections.abc import Iterator

import msgspec

from agent.decode.say import said
from model.claims import Fact

LIST_IDENTITY, IDENTITY_ITEM = 0x63, 0x0C
QUESTION = b"\x63\x00" + b"\x00" * 22


class Identity(msgspec.Struct, frozen=True):
    """The identity object: ODVA's numbers for maker and device type, the maker's for product; `serial` 32 bits."""

    vendor: int
    device_type: int
    product_code: int
    revision: str
    serial: int
    name: str


def read(data: bytes) -> Identity:
    """The first identity item of `data`; ValueError for anything else."""
    if not 24 + 2 + 4 + 33 <= len(data) <= 4_096 or struct.unpack_from("<H", data)[0] != LIST_IDENTITY:
        raise ValueError("no ListIdentity answer")
    count, kind, _size = struct.unpack_from("<HHH", data, 24)
    if not count or kind != IDENTITY_ITEM:
        raise ValueError("no identity item")
    at = 30 + 2 + 16  # after the encapsulation version and the socket address
    vendor, device_type, code, major, minor, _status, serial, size = struct.unpack_from("<HHHBBHIB", data, at)
    name = data[at + 15 : at + 15 + size].decode("latin-1").replace("\0", "").strip()
    return Identity(vendor, device_type, code, f"{major}.{minor}", serial, name)


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`enip.vendor_id`, `.device_type`, `.product_code`, `.revision`, `.serial` (hex), `.product_name`."""
    try:
        found = read(payload)
    except ValueError:
        return
    yield from said(evidence, about, "enip.vendor_id", str(found.vendor))
    yield from said(evidence, about, "enip.device_type", str(found.device_type))
    yield from said(evidence, about, "enip.product_code", str(found.product_code))
    yield from said(evidence, about, "enip.revision", found.revision)
    yield from said(evidence, about, "enip.serial", f"{found.serial:08x}" if found.serial else "")
    yield from said(evidence, about, "enip.product_name", found.name)

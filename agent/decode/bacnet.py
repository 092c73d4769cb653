"""BACnet/IP (ASHRAE 135 annex J, clauses 16.10, 15.5): Who-Is and I-Am, ReadProperty of a device's own names. Pure, bounded.

Only what identifies is written here: nothing else of the protocol can be asked with this file.
"""

from collections.abc import Iterator

import msgspec

from agent.decode.say import said
from model.claims import Fact

MAX_SIZE = 1_497  # bytes: the largest frame of BACnet/IP
DEVICE, ANY_INSTANCE = 8, 0x3FFFFF  # object type; the instance by which a device knows itself
VENDOR_NAME, MODEL_NAME, FIRMWARE = 121, 70, 44
KEYS = {VENDOR_NAME: "bacnet.vendor_name", MODEL_NAME: "bacnet.model_name", FIRMWARE: "bacnet.firmware"}
ENCODINGS = {0: "utf-8", 4: "utf-16-be", 5: "latin-1"}
WHO_IS = b"\x81\x0a\x00\x08\x01\x00\x10\x08"
# The same to all stations: the function says "broadcast", no network beyond this link is named.
WHO_IS_ALL = b"\x81\x0b\x00\x08\x01\x00\x10\x08"


class Device(msgspec.Struct, frozen=True):
    """An I-Am. `vendor`: the number that ASHRAE gave the maker."""

    instance: int
    vendor: int


def read_property(instance: int, wanted: int) -> bytes:
    """A confirmed ReadProperty of the device object; `wanted` one of KEYS (its number serves as the invoke id)."""
    device = (DEVICE << 22 | instance).to_bytes(4, "big")
    apdu = bytes((0x00, 0x05, wanted, 0x0C, 0x0C)) + device + bytes((0x19, wanted))
    return b"\x81\x0a" + (6 + len(apdu)).to_bytes(2, "big") + b"\x01\x04" + apdu


def _apdu(data: bytes) -> bytes:
    """What the speaker itself says; ValueError where it passes on what another network's device said."""
    if not 8 <= len(data) <= MAX_SIZE or data[0] != 0x81 or int.from_bytes(data[2:4], "big") != len(data):
        raise ValueError("no BACnet/IP")
    at = {0x04: 10, 0x0A: 4, 0x0B: 4}.get(data[1], 0)
    if not at or at + 2 > len(data) or data[at] != 1:
        raise ValueError("no network message")
    control, at = data[at + 1], at + 2
    if control & 0x88 or data[1] == 0x04:
        raise ValueError("a router's own message, or one of a device behind it")
    if control & 0x20:  # where it is bound for: network, length, address, hop count
        at += 4 + (data[at + 2] if at + 2 < len(data) else 0)
    return data[at:]


def read_device(data: bytes) -> Device:
    """The I-Am of `data`; ValueError for anything else."""
    apdu = _apdu(data)
    if apdu[:3] != b"\x10\x00\xc4" or len(apdu) < 12:
        raise ValueError("no I-Am")
    number = int.from_bytes(apdu[3:7], "big")
    _, at = _unsigned(apdu, 7)
    vendor, _ = _unsigned(apdu, at + 2)  # two bytes of segmentation lie between
    if number >> 22 != DEVICE:
        raise ValueError("an I-Am of what is no device")
    return Device(number & ANY_INSTANCE, vendor)


def _unsigned(apdu: bytes, at: int) -> tuple[int, int]:
    if at >= len(apdu) or apdu[at] >> 4 != 2 or not 1 <= apdu[at] & 7 <= 4:
        raise ValueError("no unsigned number")
    end = at + 1 + (apdu[at] & 7)
    return int.from_bytes(apdu[at + 1 : end], "big"), end


def read_text(data: bytes) -> tuple[int, str]:
    """(property, text) of an answer to ReadProperty; ValueError for errors, refusals and everything else."""
    apdu = _apdu(data)
    if len(apdu) < 14 or apdu[0] != 0x30 or apdu[2:4] != b"\x0c\x0c" or apdu[8] != 0x19 or apdu[10] != 0x3E:
        raise ValueError("no property's value")
    size, at = apdu[11] & 7, 12
    if apdu[11] >> 4 != 7 or size == 7:
        raise ValueError("no text")
    if size == 5:
        size, at = apdu[12], 13
    text = apdu[at : at + size]
    if len(text) != size or size > 253 or text[:1] not in (b"\0", b"\4", b"\5"):
        raise ValueError("a text that is cut, or of no known alphabet")
    return apdu[9], text[1:].decode(ENCODINGS[text[0]], "replace")


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`bacnet.instance` and `bacnet.vendor_id` of an I-Am; `bacnet.vendor_name`, `.model_name`, `.firmware` of an answer."""
    try:
        device = read_device(payload)
    except ValueError:
        yield from _property(evidence, about, payload)
        return
    yield from said(evidence, about, "bacnet.instance", str(device.instance))
    yield from said(evidence, about, "bacnet.vendor_id", str(device.vendor))


def _property(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    try:
        number, text = read_text(payload)
    except ValueError:
        return
    if number in KEYS:
        yield from said(evidence, about, KEYS[number], text.replace("\0", ""))

"""The enterprise number and the hardware address that SNMP's own names carry: sysObjectID and engine id (RFC 3411)."""

import re

_ENTERPRISES = re.compile(r"\.?1\.3\.6\.1\.4\.1\.([0-9]{1,10})(?:\.[0-9.]*)?")
_TOP_BIT = 0x80000000
_FORMAT_MAC = 3


def enterprise_of_oid(oid: str) -> int | None:
    """The enterprise number of `1.3.6.1.4.1.N...` (a leading dot is allowed), or None for any other object."""
    found = _ENTERPRISES.fullmatch(oid)
    number = int(found[1]) if found else 0
    return number if 0 < number < 2**32 else None


def enterprise_of_engine_id(engine_id: str) -> int | None:
    """The enterprise number in an engine id written in hex.

    RFC 3411: octets 1-4 carry the number. The first bit set marks the variable form (5 to 32 octets); clear, the
    older form of exactly 12 octets. None where the text is neither, or the number is zero.
    """
    octets = _octets(engine_id)
    head = int.from_bytes(octets[:4], "big")
    if head & _TOP_BIT or len(octets) == 12:
        return head & ~_TOP_BIT or None
    return None


def mac_of_engine_id(engine_id: str) -> str | None:
    """The hardware address in an engine id of format 3 (octet 5 = 3, six octets follow), or None."""
    octets = _octets(engine_id)
    if len(octets) != 11 or not octets[0] & 0x80 or octets[4] != _FORMAT_MAC:
        return None
    return octets[5:].hex(":")


def _octets(engine_id: str) -> bytes:
    """The octets of an engine id; empty where the text is no hex or breaks RFC 3411's rules (5-32, not all 0 or FF)."""
    try:
        octets = bytes.fromhex(engine_id.removeprefix("0x").replace(":", ""))
    except ValueError:
        return b""
    lawful = 5 <= len(octets) <= 32 and set(octets) not in ({0x00}, {0xFF})
    return octets if lawful else b""

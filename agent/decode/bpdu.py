"""Bridge protocol data units: STP, RSTP and MSTP (IEEE 802.1D-2004 clause 9, IEEE 802.1Q-2018 clause 14). Pure."""

import msgspec

CONFIGURATION, RAPID = 0, 2  # kinds of unit; 0x80, a topology change, names nobody
RAPID_VERSION, MULTIPLE_VERSION = 2, 3
_MULTIPLE_SIZE = 102  # of a unit whose version 3 part holds its fixed fields


class Bpdu(msgspec.Struct, frozen=True):
    """Root and sender as (priority, MAC), and the cost of the way to the root: 0 where the sender is it."""

    version: int
    root: tuple[int, str]
    bridge: tuple[int, str]
    cost: int


def read(payload: bytes) -> Bpdu | None:
    """The unit, None for a topology change; ValueError for what is none.

    In an MSTP unit the old place of the bridge holds the region's root: the sender stands in the part that version 3 added.
    """
    if len(payload) < 4 or payload[:2] != b"\0\0":
        raise ValueError("no bridge protocol data unit")
    version, kind = payload[2], payload[3]
    if kind not in (CONFIGURATION, RAPID):
        return None
    if len(payload) < 35:
        raise ValueError("a bridge protocol data unit cut short")
    multiple = version >= MULTIPLE_VERSION and kind == RAPID and len(payload) >= _MULTIPLE_SIZE
    at = 93 if multiple else 17
    return Bpdu(version, _bridge(payload[5:13]), _bridge(payload[at : at + 8]), int.from_bytes(payload[13:17], "big"))


def _bridge(octets: bytes) -> tuple[int, str]:
    return int.from_bytes(octets[:2], "big"), octets[2:8].hex(":")

"""The serial number of an optical terminal: four letters that say who made it, and four octets (ITU-T G.984.3, vendor id)."""

import re

from agent.decode.ber import Value
from agent.decode.walk import text

_WRITTEN = re.compile(r"(?:\d,)?([A-Z]{4})([0-9A-F]{8})", re.IGNORECASE)


def serial(value: Value) -> str:
    """`HWTC0123ABCD` of a serial in its eight octets, in hex, or written out; "" for anything else."""
    if isinstance(value, bytes) and len(value) == 8 and re.fullmatch(rb"[A-Z]{4}", value[:4]):
        return value[:4].decode() + value[4:].hex().upper()
    said_so = value if isinstance(value, str) else text(value)
    if re.fullmatch(r"[0-9A-Fa-f]{16}", said_so):
        return serial(bytes.fromhex(said_so))
    found = _WRITTEN.fullmatch(said_so)
    return (found[1] + found[2]).upper() if found else ""

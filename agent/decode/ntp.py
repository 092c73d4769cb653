"""NTP control messages, mode 6 (RFC 9327): the system variables of a server. Pure, bounded."""

import re
from collections.abc import Iterator

from agent.decode.say import LONGEST, said
from model.claims import Fact

HEADER = 12
KEYS = {"version": "ntp.version", "processor": "ntp.processor", "system": "ntp.system"}
# `name="text"` or `name=text`, parted by commas and line ends.
_VARIABLE = re.compile(r'(\w{1,40})=(?:"([^"]{0,255})"|([^",\r\n]{0,255}))')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def question() -> bytes:
    """READVAR of association 0: the server's own variables. Version 2 of the protocol, which all later ones answer."""
    return b"\x16\x02\x00\x01" + b"\x00" * 8


def read(data: bytes) -> str:
    """The variables as the server wrote them; ValueError unless this is a READVAR answer without error."""
    if len(data) < HEADER or data[0] & 0x07 != 6 or data[1] & 0xC0 != 0x80 or data[1] & 0x1F != 2:
        raise ValueError("no answer to READVAR")
    size = int.from_bytes(data[10:12], "big")
    return _CONTROL.sub("", data[HEADER : HEADER + min(size, LONGEST)].decode("latin-1")).strip()


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`ntp.readvar` (all of it, Recog's key) and, of it, `ntp.version`, `ntp.processor`, `ntp.system`."""
    try:
        text = read(payload)
    except ValueError:
        return
    yield from said(evidence, about, "ntp.readvar", text)
    named = {found[1]: found[2] or found[3] or "" for found in _VARIABLE.finditer(text)}
    for name, key in KEYS.items():
        yield from said(evidence, about, key, named.get(name, ""))

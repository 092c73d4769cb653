"""EDP, Extreme Networks' discovery protocol. Pure, bounded. Source: the layout as Wireshark's dissector describes it."""

from collections.abc import Iterator

from agent.decode.macs import is_station, mac
from agent.decode.say import said
from agent.decode.vlans import vlan
from agent.decode.words import words
from model.claims import Fact

HEAD, MARK = 16, 0x99
END, NAME, INFO, VLAN = 0, 1, 2, 5
MOST = 128


def read(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`edp.display_name`, `edp.version`, `mac.address` of the switch, `network` of its VLANs. ValueError at what is cut short."""
    if len(payload) < HEAD or payload[0] != 1:
        raise ValueError("no EDP of version 1")
    station = mac(payload[10:16])
    if is_station(station):
        yield from said(evidence, about, "mac.address", station)
    for kind, value in elements(payload[HEAD:]):
        if kind == NAME:
            yield from said(evidence, about, "edp.display_name", words(value))
        elif kind == INFO and len(value) >= 16:
            yield from said(evidence, about, "edp.version", ".".join(map(str, value[12:16])))
        elif kind == VLAN and len(value) >= 12:
            yield from vlan(evidence, about, int.from_bytes(value[2:4], "big"), words(value[12:]))


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, value) up to the end mark."""
    at = 0
    for _ in range(MOST):
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if at + 4 > len(data) or data[at] != MARK or size < 4 or at + size > len(data):
            raise ValueError("an element without its mark, or longer than its frame")
        if data[at + 1] == END:
            return
        yield data[at + 1], data[at + 4 : at + size]
        at += size

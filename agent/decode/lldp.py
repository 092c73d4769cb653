"""LLDP as a frame carries it, with LLDP-MED's inventory and 802.1's VLAN names. Pure, bounded.

Sources: IEEE 802.1AB-2009 clause 8, IEEE 802.1Q annex D (VLAN TLVs), ANSI/TIA-1057 section 10 (inventory).
"""

import ipaddress
from collections.abc import Iterator

from agent.decode.macs import is_station, mac
from agent.decode.say import said
from agent.decode.vlans import vlan
from agent.decode.words import words
from model.claims import Fact

END, CHASSIS, PORT, NAME, DESCRIPTION, MANAGED, ORGANISATION = 0, 1, 2, 5, 6, 8, 127
CHASSIS_MAC, CHASSIS_NET, PORT_MAC = 4, 5, 3
MED, DOT1 = b"\x00\x12\xbb", b"\x00\x80\xc2"
_INVENTORY = {6: "lldp.firmware", 8: "lldp.serial", 9: "lldp.mfg_name", 10: "lldp.model_name"}
_TEXTS = {NAME: "lldp.sys_name", DESCRIPTION: "lldp.sys_description"}
PORT_VLAN, VLAN_NAME = 1, 3
MOST = 256  # elements of a frame


def read(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`lldp.*`, `mac.address` of the chassis, `network` of the VLANs. ValueError at what is cut short; what came before it stands."""
    for kind, value in elements(payload):
        if kind == CHASSIS:
            yield from _chassis(evidence, about, value)
        elif kind == PORT:
            yield from said(evidence, about, "lldp.port_id", _identifier(value, PORT_MAC))
        elif kind in _TEXTS:
            yield from said(evidence, about, _TEXTS[kind], words(value))
        elif kind == MANAGED and value[:1]:
            yield from said(evidence, about, "lldp.mgmt_address", _address(value[1 : 1 + value[0]]))
        elif kind == ORGANISATION:
            yield from _organisation(evidence, about, value[:3], value[3:])


def elements(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, value) up to the end mark, or the end of the frame; the first must be a chassis id."""
    at = 0
    for number in range(MOST):
        head = int.from_bytes(payload[at : at + 2], "big")
        kind, size = head >> 9, head & 0x1FF
        if at + 2 + size > len(payload) or (not number and (kind != CHASSIS or size < 2)):
            raise ValueError("an element cut short, or no chassis id")
        if kind == CHASSIS and number:  # the standard allows one; a second would be somebody else's
            raise ValueError("a second chassis id")
        if kind == END:
            return
        yield kind, payload[at + 2 : at + 2 + size]
        at += 2 + size
        if at >= len(payload):
            return


def _chassis(evidence: str, about: str, value: bytes) -> Iterator[Fact]:
    kind = value[0]
    found = _address(value[1:]) if kind == CHASSIS_NET else _identifier(value, CHASSIS_MAC)
    yield from said(evidence, about, "lldp.chassis_id", found)
    if kind == CHASSIS_MAC and is_station(found):
        yield from said(evidence, about, "mac.address", found)


def _identifier(value: bytes, mac_kind: int) -> str:
    """An id behind its kind: a MAC where it is one, else text, else octets in hex."""
    if len(value) < 2:
        raise ValueError("an identifier of no length")
    return (mac(value[1:]) if value[0] == mac_kind else "") or words(value[1:]) or value[1:].hex()


def _address(value: bytes) -> str:
    """The address behind its family number (1 IPv4, 2 IPv6); "" for others."""
    if (value[:1], len(value)) not in ((b"\x01", 5), (b"\x02", 17)):
        return ""
    return str(ipaddress.ip_address(value[1:]))


def _organisation(evidence: str, about: str, who: bytes, value: bytes) -> Iterator[Fact]:
    kind = value[0] if value else -1
    if who == MED and kind in _INVENTORY:
        yield from said(evidence, about, _INVENTORY[kind], words(value[1:]))
    elif who == DOT1 and kind in (PORT_VLAN, VLAN_NAME) and len(value) >= 3:
        title = words(value[4 : 4 + value[3]]) if kind == VLAN_NAME and len(value) > 3 else ""
        yield from vlan(evidence, about, int.from_bytes(value[1:3], "big"), title)

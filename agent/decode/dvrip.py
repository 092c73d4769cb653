"""Dahua's older discovery (UDP 5050): the question, and the facts in an answer of an old recorder. Pure.

Shape: an answer starts with B3; model text of 16 bytes at 0x28, address at 0x38, mask at 0x3C, gateway at 0x40; what follows (its
second part) holds the MAC as text. Sources: UniversalScanner; DahuaConsole's discovery part.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address

from agent.decode.macs import is_station, mac
from agent.decode.say import said
from model.claims import Fact

PORT, EVERYBODY = 5050, "255.255.255.255"
MEDIA = "application/x-dvrip"
FIRST = 0xB3
MODEL, ADDRESS, SECOND = slice(0x28, 0x38), slice(0x38, 0x3C), slice(0x44, 4096)
_MODEL = re.compile(rb"([\x20-\x7e]{0,16})\x00*")
_MAC = re.compile(rb"(?<![0-9A-Fa-f:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![0-9A-Fa-f:-])")


def question() -> bytes:
    """32 bytes: the search of the first version."""
    return bytes((0xA3, 0x01, 0x00, 0x01, *bytes(12), 0x02, *bytes(15)))


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`dvrip.reply` (the header in hex), `.model`, `.address` and `mac.address`; nothing of anything else."""
    try:
        model, station = answer(payload)
    except ValueError:
        return
    yield from said(evidence, about, "dvrip.reply", payload[:32].hex())
    yield from said(evidence, about, "dvrip.model", model)
    if is_station(station):
        yield from said(evidence, about, "mac.address", station)
    address = IPv4Address(payload[ADDRESS])
    if int(address):
        yield from said(evidence, about, "dvrip.address", str(address))


def answer(payload: bytes) -> tuple[str, str]:
    """(model, MAC or "") of an answer. ValueError where it is none: its first byte alone could be anybody's."""
    if len(payload) < SECOND.start or payload[0] != FIRST:
        raise ValueError("no answer of the old discovery")
    field, found = _MODEL.fullmatch(payload[MODEL]), _MAC.search(payload[SECOND])
    if field is None:
        raise ValueError("where the model stands is no text")
    model, station = field[1].decode("ascii").strip(), mac(found[0]) if found else ""
    if not model and not station:
        raise ValueError("neither a model nor a MAC")
    return model, station

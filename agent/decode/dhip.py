"""Dahua's discovery (DHIP, UDP 37810): the question, and the facts in an answer. Pure.

Shape: 32 bytes of header (0x20 in four bytes, `DHIP`, eight zeros, the body's length in four bytes at 16 and again at 24, all
little-endian), then JSON; `DHDiscover.search` asks, `client.notifyDevInfo` answers. Sources: AMP-Research, UniversalScanner,
DahuaConsole's discovery part, replies quoted in public code.
"""

import json
import re
from collections.abc import Iterator
from struct import pack

from agent.decode.macs import is_station, mac
from agent.decode.say import said
from model.claims import Fact

PORT, GROUP = 37810, "239.255.255.251"
MEDIA = "application/dhip+json"
MAGIC, HEADER = b"DHIP", 32
LARGEST = 65_536  # bytes looked at
METHOD = "client.notifyDevInfo"
FIELDS = {
    "Vendor": "dhip.vendor",
    "Manufacturer": "dhip.manufacturer",
    "DeviceType": "dhip.model",
    "SerialNo": "dhip.serial",
    "Version": "dhip.firmware",
    "DeviceClass": "dhip.device_class",
    "MachineName": "dhip.machine_name",
}
# Scanned for, not parsed as a whole: answers get cut at a datagram's end and still say who they are.
_ITEM = re.compile(r'"(\w{1,40})"\s*:\s*("(?:[^"\\\x00-\x1f]|\\[^\x00-\x1f]){0,1024}")')


def question() -> bytes:
    """The search, and nothing else: other methods on this port change addresses and passwords."""
    body = b'{"method":"DHDiscover.search","params":{"mac":"","uni":1}}\n'
    return pack("<I4s8xI4xI4x", HEADER, MAGIC, len(body), len(body)) + body


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`dhip.*` and `mac.address` of an answer; nothing of a question or of anything else."""
    try:
        found = answer(payload)
    except ValueError:
        return
    yield from said(evidence, about, "dhip.method", found["method"])
    for name, key in FIELDS.items():
        yield from said(evidence, about, key, found.get(name, ""))
    station = mac(found.get("mac", ""))
    if is_station(station):
        yield from said(evidence, about, "mac.address", station)
    yield from said(evidence, about, "dhip.address", found.get("IPAddress", "").partition("/")[0])


def answer(payload: bytes) -> dict[str, str]:
    """The texts of an answer by name, the first of each; ValueError where `payload` is none."""
    if payload[4:8] != MAGIC:
        raise ValueError("no DHIP header")
    found: dict[str, str] = {}
    for item in _ITEM.finditer(payload[HEADER:LARGEST].decode("utf-8", "replace")):
        found.setdefault(item[1], _text(item[2]))
    if found.get("method") != METHOD:
        raise ValueError("no answer to a search")
    return found


def _text(quoted: str) -> str:
    try:
        text = str(json.loads(quoted))
    except ValueError:
        return ""
    # A lone surrogate is no text: it could not be written down again.
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")

"""What a wireless beacon tells of its sender: SSID, and who built the access point where its WPS element says so.

IEEE 802.11 elements are type, length, value; Wi-Fi Simple Configuration's are in the vendor element 00:50:F2 type 4 as
16-bit types and lengths, big-endian: 0x1021 manufacturer, 0x1023 model name, 0x1024 model number, 0x1011 device name.
"""

from collections.abc import Iterator

from agent.decode.say import said
from model.claims import Fact

SSID, VENDOR = 0, 221
WPS = b"\x00\x50\xf2\x04"
MOST = 128  # elements of one beacon
KEYS = {0x1021: "wps.manufacturer", 0x1023: "wps.model_name", 0x1024: "wps.model_number", 0x1011: "wps.device_name"}


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, value) of each whole element; a cut one ends it."""
    at = 0
    for _ in range(MOST):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            return
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


def ssid(data: bytes) -> str:
    """The network's name as text, "" where it is hidden."""
    name = next((value for kind, value in elements(data) if kind == SSID), b"")
    return name.strip(b"\0").decode("utf-8", "replace")[:32]


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`wps.manufacturer`, `wps.model_name`, `wps.model_number` and `wps.device_name`. The serial there is often a user's PIN: not read."""
    for kind, value in elements(payload):
        if kind == VENDOR and value.startswith(WPS):
            for number, text in _attributes(value[4:]):
                if number in KEYS:
                    yield from said(evidence, about, KEYS[number], text.replace(b"\0", b"").decode("utf-8", "replace"))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        number, size = int.from_bytes(data[at : at + 2]), int.from_bytes(data[at + 2 : at + 4])
        if at + 4 + size > len(data):
            return
        yield number, data[at + 4 : at + 4 + size]
        at += 4 + size

"""The same site with every maker's name taken out: words, enterprise numbers, OUIs. For `--anonymous` and its test.

Nobody can be named from such a site, so a report that calls anything in it `clear` has judged without evidence.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import count
from typing import Any

import msgspec

from lab.nouns import Device, Site
from lab.snmp import ber
from lab.snmp.ber import Oid

WORD = "Example"
NUMBER = 32473  # "Example Enterprise Number for Documentation Use" (RFC 5612)
MAC_BLOCK = "00:00:5e:00:53"  # documentation MACs (RFC 7042)
_ENTERPRISES: Oid = (1, 3, 6, 1, 4, 1)
_OID_TEXT = re.compile(r"\b1\.3\.6\.1\.4\.1\.\d+")
_DECLARED = frozenset({"platform", "port", "say", "snmp"})  # the parts of a device that reach the wire as text
_KEPT = frozenset(
    {"kind", "source", "speaks", "access", "tables", "engine_id", "frame", "group"}
)  # words of the lab's own inside them


def anonymous(site: Site) -> Site:
    """A site whose declarations name no maker; SNMP tables follow from them (lab/speech/snmp.py strips the rest)."""
    strip = Strip.of(site)
    numbers = count(1)
    devices = tuple(strip.device(numbers, device) for device in site.devices)
    return msgspec.structs.replace(site, devices=devices, anonymous=True)


class Strip:
    """Replaces what names a maker. Built from the `words` of all devices."""

    def __init__(self, words: Iterable[str]) -> None:
        longest_first = sorted(set(words), key=lambda word: (-len(word), word))
        self._words = re.compile("|".join(map(re.escape, longest_first)) or "(?!)", re.IGNORECASE)

    @classmethod
    def of(cls, site: Site) -> "Strip":
        return _strip(tuple(word for device in site.devices for word in device.words))

    def text(self, text: str) -> str:
        """Words and dotted enterprise numbers replaced."""
        return _OID_TEXT.sub(f"1.3.6.1.4.1.{NUMBER}", self._words.sub(WORD, text))

    def device(self, numbers: Iterator[int], device: Device) -> Device:
        """The device under documentation MACs, the next of `numbers`, all its answers stripped."""
        bare = {name: self._deep(value) for name, value in msgspec.structs.asdict(device).items() if name in _DECLARED}
        mac = _documentation(device.mac, numbers)
        legs = tuple(msgspec.structs.replace(leg, mac=_documentation(leg.mac, numbers)) for leg in device.leg)
        return msgspec.structs.replace(device, **bare, mac=mac, leg=legs)

    def _deep(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self._deep(each) for each in value)
        if isinstance(value, msgspec.Struct):
            fields = msgspec.structs.asdict(value)
            bare = {name: self._deep(each) for name, each in fields.items() if name not in _KEPT}
            return msgspec.structs.replace(value, **(bare | self._numbers(fields)))
        return value

    @staticmethod
    def _numbers(fields: dict[str, Any]) -> dict[str, str | int]:
        """An engine id under the documentation number; ports under their device's own MAC, for 256 MACs must do."""
        engine = fields.get("engine_id", "")
        ports: dict[str, str | int] = {"step": 0} if "step" in fields else {}
        return ports | ({"engine_id": f"{0x8000_0000 | NUMBER:08x}{engine[8:]}"} if engine else {})

    def rows(self, rows: Iterable[tuple[Oid, bytes]]) -> Iterator[tuple[Oid, bytes]]:
        """SNMP objects with every enterprise number, in names and in values, replaced."""
        for oid, value in rows:
            tag, body, _ = ber.element(value)
            yield _neutral(oid), ber.oid(_neutral(ber.oid_of(body))) if tag == ber.OID else value


def _documentation(mac: str, numbers: Iterator[int]) -> str:
    """256 documentation MACs must do, so a locally administered one, which names nobody, stays."""
    return mac if int(mac[:2], 16) & 2 else f"{MAC_BLOCK}:{next(numbers):02x}"


def _neutral(oid: Oid) -> Oid:
    return (*_ENTERPRISES, NUMBER, *oid[7:]) if oid[:6] == _ENTERPRISES and len(oid) > 6 else oid


@cache
def _strip(words: tuple[str, ...]) -> Strip:
    return Strip(words)

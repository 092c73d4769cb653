"""Recorded SNMP devices as snmpsim and LibreNMS keep them: `OID|TAG|VALUE` a line, one device a file.

The tag is the BER tag in decimal; an `x` behind it says that the value is hex, an `e` that it has escapes. Variation
modules (`4:numeric`) make values up and are no recording: such lines are faults. Source: snmpsim's documentation.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence

from agent.ask import Source
from agent.decode.ber import Value, Varbind
from agent.imports import _lines, _walks
from model.claims import Fact
from model.evidence import Evidence

TITLE = "recorded SNMP devices (snmprec: OID|TAG|VALUE a line)"
KIND, MEDIA = "snmprec", "text/x-snmprec"
KINDS = {
    b"2": "integer",
    b"4": "octets",
    b"5": "null",
    b"6": "oid",
    b"64": "ip",
    b"65": "counter",
    b"66": "gauge",
    b"67": "ticks",
    b"68": "opaque",
    b"70": "counter64",
    b"128": "noSuchObject",
    b"129": "noSuchInstance",
    b"130": "endOfMibView",
}
_NAME = rb"\.?[0-2](?:\.\d{1,10}){1,127}\|"
_SHAPE = re.compile(_NAME + rb"(?:(?:%s)(?:e?\|.*|x\|(?:[0-9A-Fa-f]{2})*\s*))" % b"|".join(KINDS), re.DOTALL)
_VARIATION = re.compile(_NAME + rb"\d+[xe]?:.*", re.DOTALL)
_HEX = re.compile(_NAME + rb"\d+x\|")
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|([0-7]{3})|(.))", re.DOTALL)
_OID, _WHOLE = re.compile(r"\.?\d+(\.\d+)*"), re.compile(r"-?[0-9]{1,20}")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def sniff(name: str, head: bytes) -> bool:
    """Whether the file is called so, or its first lines have the shape."""
    if name.lower().endswith(".snmprec"):
        return True
    first = [line for _, line in _lines.lines(head[:4096]) if line.strip()][:3]
    return bool(first) and _SHAPE.fullmatch(first[0]) is not None


def take(source: Source) -> Iterator[Evidence]:
    """One dialogue of pages; then the lines that are no record. Trouble if none is one."""
    good, bad = _sorted_out(source.data)
    if not good:
        raise _lines.wrong_kind(source, KIND, "OID|TAG|VALUE")
    yield from _lines.dialogue(_lines.observation(source, KIND), _lines.pages(good), MEDIA)
    yield from _lines.failed(source, KIND, bad)


def _sorted_out(data: bytes) -> tuple[list[bytes], list[_lines.Fault]]:
    good: list[bytes] = []
    bad: list[_lines.Fault] = []
    shape = _SHAPE.fullmatch
    for number, line in _lines.lines(data):
        if shape(line) and len(line) < _lines.PAGE:
            good.append(_walks.masked(line) + b"\n")
        elif line.strip():
            bad.append(_lines.Fault(number, _what(line), line))
    return good, bad


def _what(line: bytes) -> str:
    if len(line) >= _lines.PAGE:
        return "longer than 65,536 bytes"
    if _VARIATION.fullmatch(line):
        return "a variation, no recorded value"
    return "a hex value that is not in pairs" if _HEX.match(line) else "not OID|TAG|VALUE"


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """What all MIBs read in the recorded device."""
    yield from _walks.facts(evidence, varbinds)


def varbinds(page: bytes, wanted: tuple[bytes, ...]) -> Iterator[Varbind]:
    """The varbinds of a page whose names start with one of `wanted`; values that are not of their kind are left out."""
    for line in page.split(b"\n"):
        line = line.removeprefix(b".")
        if line.startswith(wanted) and (found := _SHAPE.fullmatch(line.removesuffix(b"\r"))):
            name, tag, raw = found[0].split(b"|", 2)
            kind = KINDS[tag.rstrip(b"xe")]
            value = _value(kind, _bytes(tag, raw), tag[-1:] == b"x")
            if value is not None:
                yield Varbind(name.decode(), kind, value)


def _bytes(tag: bytes, raw: bytes) -> bytes:
    if tag.endswith(b"x"):
        return bytes.fromhex(raw.decode())
    return _ESCAPE.sub(_unescaped, raw) if tag.endswith(b"e") else raw


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return bytes.fromhex(found[1].decode())
    if found[2] is not None:
        return bytes([int(found[2], 8) & 0xFF])
    return _LETTERS.get(found[3], found[3])


def _value(kind: str, raw: bytes, is_hex: bool) -> Value:
    if kind in ("octets", "opaque"):
        return raw
    if kind == "ip" and is_hex:
        return raw if len(raw) == 4 else None
    said = raw.decode("latin-1").strip()
    if kind == "oid":
        return said.lstrip(".") if _OID.fullmatch(said) else None
    if kind == "ip":
        return _packed(said)
    return int(said) if _WHOLE.fullmatch(said) else None


def _packed(said: str) -> Value:
    try:
        return ipaddress.IPv4Address(said).packed
    except ValueError:
        return None

"""Text that Net-SNMP's `snmpwalk -On` printed (also `-One`, and the `iso.3.6…` names of plain `snmpwalk` without MIBs).

A record is `.1.3.6.1.2.1.1.1.0 = STRING: "…"`; strings and hex run over several lines, so a page is cut before a record
and never inside one. Source: the output format as documented in Net-SNMP's snmpcmd manual page.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence

from agent.ask import Source
from agent.decode.ber import Value, Varbind
from agent.imports import _lines, _walks
from model.claims import Fact
from model.evidence import Evidence

TITLE = "text that snmpwalk -On printed"
KIND, MEDIA = "snmpwalk", "text/x-snmpwalk"
LONGEST_RECORD = 512  # lines: a text of more is no answer to SNMP, which fits one datagram
_RECORD = re.compile(rb"\.?(?:[0-2]|iso)(?:\.\d{1,10}){1,127} =(?: |$)")
_QUOTED = re.compile(_RECORD.pattern + rb'(?:Wrong Type \([^)]*\): )?(?:STRING: )?"')
_CLOSED = re.compile(rb'(?<!\\)(?:\\\\)*"\s*$')
_HEX_LINE = re.compile(rb"\s*(?:[0-9A-Fa-f]{2}\s*)+")
_ABSENT = re.compile(rb"No Such |No more variables|NULL$")
_TYPED = re.compile(rb"(?:Wrong Type \(should be [^)]*\): )?([A-Z][A-Za-z0-9 -]{1,20}): ?(.*)", re.DOTALL)
_NUMBER = re.compile(rb"(?:[^()]*\()?(-?\d{1,20})\b")
_ESCAPED = re.compile(rb'\\(["\\])')
_PAIRS = re.compile(rb"\s*(?:[0-9A-Fa-f]{2}(?:\s+|$))*")
_DOTTED = re.compile(r"\d+(?:\.\d+)*")
_NAMES = re.compile(r"(?:SNMPv2-SMI::enterprises|enterprises|iso)(?=\.)")
_NAMED = {"iso": "1", "enterprises": "1.3.6.1.4.1", "SNMPv2-SMI::enterprises": "1.3.6.1.4.1"}
_INTEGERS = {
    b"INTEGER": "integer",
    b"Integer32": "integer",
    b"Counter32": "counter",
    b"Counter64": "counter64",
    b"Gauge32": "gauge",
    b"Unsigned32": "gauge",
    b"UInteger32": "gauge",
    b"Timeticks": "ticks",
}


def sniff(name: str, head: bytes) -> bool:
    """Whether one of the first lines is a record (a warning may stand before it)."""
    return any(_RECORD.match(line) for _, line in list(_lines.lines(head[:4096]))[:20])


def take(source: Source) -> Iterator[Evidence]:
    """One dialogue of pages; then the lines that belong to no record. Trouble if there is none."""
    good, bad = _sorted_out(source.data)
    if not good:
        raise _lines.wrong_kind(source, KIND, "`.1.3.6… = TYPE: value`")
    yield from _lines.dialogue(_lines.observation(source, KIND), _lines.pages(good), MEDIA)
    yield from _lines.failed(source, KIND, bad)


def _sorted_out(data: bytes) -> tuple[list[bytes], list[_lines.Fault]]:
    """Records, each with the lines it runs over; and what stands before the first, or is too long to be one."""
    good: list[list[bytes]] = []
    bad: list[_lines.Fault] = []
    size = 0
    for number, line in _lines.lines(data):
        if _RECORD.match(line) and len(line) < _lines.PAGE:
            good.append([line])
            size = len(line) + 1
        elif good and size + len(line) < _lines.PAGE and len(good[-1]) < LONGEST_RECORD and _goes_on(good[-1], line):
            good[-1].append(line)
            size += len(line) + 1
        elif line.strip():
            bad.append(_lines.Fault(number, "not `.1.3.6… = TYPE: value`", line))
    return [_joined(record) for record in good], bad


def _goes_on(record: list[bytes], line: bytes) -> bool:
    """Whether `line` continues the record: its string is not closed yet, or both are hex."""
    opened = _QUOTED.match(record[0])
    if opened:
        last = record[-1][opened.end() :] if len(record) == 1 else record[-1]
        return not _CLOSED.search(last)
    return b"Hex-STRING: " in record[0][:1000] and bool(line.strip()) and _HEX_LINE.fullmatch(line) is not None


def _joined(record: list[bytes]) -> bytes:
    while len(record) > 1 and not record[-1].strip():
        record.pop()
    return _walks.masked(b"\n".join(record)) + b"\n"


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """What all MIBs read in the recorded device."""
    yield from _walks.facts(evidence, varbinds)


def varbinds(page: bytes, wanted: tuple[bytes, ...]) -> Iterator[Varbind]:
    """The varbinds of a page whose names start with one of `wanted`; values of unknown types are left out."""
    for record in _records(page):
        name, _, said = record.partition(b" =")
        name = _plain(name)
        if name.startswith(wanted) and _RECORD.match(record):
            kind, value = _value(said.strip(b" "))
            if value is not None:
                yield Varbind(name.decode(), kind, value)


def _records(page: bytes) -> Iterator[bytes]:
    held: list[bytes] = []
    for line in page.removesuffix(b"\n").split(b"\n"):
        if held and _RECORD.match(line):
            yield b"\n".join(held)
            held = []
        held.append(line)
    yield b"\n".join(held)


def _plain(name: bytes) -> bytes:
    name = name.removeprefix(b".")
    return b"1" + name[3:] if name.startswith(b"iso.") else name


def _value(said: bytes) -> tuple[str, Value]:
    if _ABSENT.match(said):
        return "null", None
    typed = _TYPED.fullmatch(said)
    if typed is None:
        return "octets", _string(said)
    kind, raw = typed[1], typed[2]
    if kind in _INTEGERS:
        found = _NUMBER.match(raw)
        return _INTEGERS[kind], int(found[1]) if found else None
    return _other(kind, raw)


def _other(kind: bytes, raw: bytes) -> tuple[str, Value]:
    if kind == b"STRING":
        return "octets", _string(raw)
    if kind in (b"Hex-STRING", b"BITS"):
        return "octets", _hex(raw)
    if kind == b"OID":
        return "oid", _object(raw)
    if kind in (b"IpAddress", b"Network Address"):
        return "ip", _address(raw)
    return "opaque", None


def _string(raw: bytes) -> bytes:
    """A quoted string without its quotes and their backslashes; an unquoted one as it stands."""
    raw = raw.strip(b" \r\n")
    if len(raw) >= 2 and raw.startswith(b'"') and raw.endswith(b'"'):
        return _ESCAPED.sub(rb"\1", raw[1:-1])
    return raw


def _hex(raw: bytes) -> Value:
    """Pairs of hex digits over any number of lines; what follows them (BITS name theirs) is a comment."""
    found = _PAIRS.match(raw)
    return bytes.fromhex(found[0].decode()) if found else None


def _object(raw: bytes) -> Value:
    text = _NAMES.sub(lambda found: _NAMED[found[0]], raw.decode("latin-1").strip().lstrip("."), count=1)
    return text if _DOTTED.fullmatch(text) else None


def _address(raw: bytes) -> Value:
    text = raw.decode("latin-1").strip()
    try:
        return bytes.fromhex(text.replace(":", "")) if text.count(":") == 3 else ipaddress.IPv4Address(text).packed
    except ValueError:
        return None

"""The lease file of ISC dhcpd (dhcpd.leases, dhcpd6.leases). Source: its manual page dhcpd.leases(5), RFC 8415.

Blocks in braces, newer ones behind older ones. A block that was torn by a crash is told; the rest counts.
"""

import re
from collections.abc import Iterator, Sequence

from agent.ask import Source
from agent.imports import _leases, _lines, _tables
from model.claims import Fact
from model.evidence import Evidence

TITLE = "the lease file of ISC dhcpd"
KIND, SHAPE = "isc_leases", "`lease ADDRESS {`"
_START = re.compile(
    rb'\s*(?:lease6? [0-9a-fA-F.:]+|host \S+|ia-(?:na|ta|pd) "?.+?"?|failover peer .{1,200}?|\S{1,60}) *\{\s*'
)
_LEASE = re.compile(rb'(?:lease [0-9a-fA-F.:]+|ia-(?:na|ta|pd) ".*") *\{')
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
_ESCAPE = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
_OWN = re.compile(r"(?m)^[ \t]*(?:lease ([0-9a-fA-F.:]+)|host (\S+)) *\{")
_STATE = re.compile(r"(?m)^[ \t]*binding state (\w+);")
_HARDWARE = re.compile(r"(?m)^[ \t]*hardware ethernet ([0-9a-fA-F:]+);")
_HOST = re.compile(r'(?m)^[ \t]*client-hostname "((?:[^"\\]|\\.)*)";')
_VENDOR = re.compile(r'(?m)^[ \t]*set vendor-class-identifier = "((?:[^"\\]|\\.)*)";')
_ENDS = re.compile(r"(?m)^[ \t]*ends (?:epoch (\d+)|\d (\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d))")
_FIXED = re.compile(r"(?m)^[ \t]*fixed-address ([0-9.]+);")
_IA = re.compile(r'(?m)^ia-(?:na|ta) "((?:[^"\\]|\\.)*)" *\{')
_IAADDR = re.compile(r"(?m)^[ \t]*iaaddr ([0-9a-fA-F:.]+) *\{")


def sniff(name: str, head: bytes) -> bool:
    """Whether a lease begins in the head."""
    return any(_LEASE.match(line) for line in _tables.head(head))


def take(source: Source) -> Iterator[Evidence]:
    """One dialogue of pages cut between blocks; then what stands outside of any and is no statement. Trouble if no lease is there."""
    good, bad = _sorted_out(source.data)
    if not any(_LEASE.match(chunk.lstrip()) for chunk in good):
        raise _lines.wrong_kind(source, KIND, SHAPE)
    yield from _tables.taken(source, KIND, good, bad, SHAPE)


def _sorted_out(data: bytes) -> tuple[list[bytes], list[_lines.Fault]]:
    good: list[bytes] = []
    bad: list[_lines.Fault] = []
    block: list[bytes] = []
    began = depth = size = 0
    for number, line in _lines.lines(_tables.plain(data)):
        text = line.strip()
        if block and (_LEASE.match(line) or size > _lines.PAGE // 2):
            bad.append(_lines.Fault(began, "a block that does not end", b"\n".join(block)))
            block, depth = [], 0
        if not block and _START.fullmatch(line):
            block, began, depth, size = [line], number, 1, len(line)
        elif block:
            block.append(line)
            bare = _QUOTED.sub(b"", line)
            depth, size = depth + bare.count(b"{") - bare.count(b"}"), size + len(line) + 1
            if depth <= 0:
                good.append(b"\n".join(block) + b"\n")
                block = []
        elif text.startswith(b"#") or (text.endswith(b";") and len(line) < _tables.LONGEST):
            good.append(line[: _tables.LONGEST] + b"\n")
        elif text:
            bad.append(_lines.Fault(number, "neither a block nor a statement", line))
    if block:
        bad.append(_lines.Fault(began, "a block that does not end", b"\n".join(block)))
    return good, bad


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """Addresses, host names and vendor classes about `station:MAC`; abandoned leases are nobody's."""
    yield from _leases.facts(lease for name, text in _tables.pages(evidence) for lease in _leases_of(name, text))


def _leases_of(name: str, text: str) -> Iterator[_leases.Lease]:
    for block in re.split(r"(?m)^\}[ \t]*$", text):
        six = _IA.search(block)
        own = _OWN.search(block)
        if six:
            yield from _six(name, _leases.of_duid(_octets(six[1])[4:].hex()), block[six.end() :])
        elif own:
            yield from _four(name, block[own.start() :], own[1] or "")


def _four(name: str, block: str, address: str) -> Iterator[_leases.Lease]:
    state, hardware, host, vendor = (_first(found, block) for found in (_STATE, _HARDWARE, _HOST, _VENDOR))
    station = _leases.station(hardware)
    if station and state not in ("abandoned", "backup"):
        address = address or _first(_FIXED, block)
        yield _leases.Lease(name, address, station, _plain(host), _plain(vendor), _ends(block))


def _six(name: str, station: str, block: str) -> Iterator[_leases.Lease]:
    parts = _IAADDR.split(block)
    for address, inner in zip(parts[1::2], parts[2::2], strict=True):
        if _first(_STATE, inner) in ("", "active"):
            yield _leases.Lease(name, address, station, ends=_ends(inner))


def _first(pattern: re.Pattern[str], block: str) -> str:
    found = pattern.search(block)
    return found[1] if found else ""


def _ends(block: str) -> str:
    found = _ENDS.search(block)
    if not found:
        return ""
    return _leases.at(found[1]) if found[1] else f"{found[2]}-{found[3]}-{found[4]}T{found[5]}Z"


def _octets(text: str) -> bytes:
    raw = text.encode("utf-8", "replace").decode("latin-1")
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8) & 255) if len(found[1]) == 3 else found[1], raw).encode(
        "latin-1"
    )


def _plain(text: str) -> str:
    return _octets(text).decode("utf-8", "replace")

"""What Linux's `ip neigh` printed, plain, with statistics (-s) or as JSON (-j). Source: ip-neighbour(8)."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from agent.ask import Source
from agent.decode.macs import is_station, mac
from agent.decode.nets import usable
from agent.decode.say import attached, said
from agent.imports import _lines, _tables
from model.claims import Fact
from model.evidence import Evidence

TITLE = "the neighbour table of a Linux machine (ip neigh)"
KIND, SHAPE = "ip_neigh", "ADDRESS dev INTERFACE lladdr MAC STATE"
_ROW = re.compile(
    r"([0-9a-fA-F.:]{2,45}) dev (\S{1,64})(?: lladdr (\S{11,60}))?(?: [\w./]+)*? ?([A-Z]+)?(?: proto \w+)?\s*"
)
MOST = 200_000  # rows of a JSON list
DEAD = frozenset({"FAILED", "INCOMPLETE", "NONE", "NOARP"})


class Row(msgspec.Struct, frozen=True):
    """One row as ip's JSON has it."""

    dst: str
    dev: str = ""
    lladdr: str = ""
    state: tuple[str, ...] = ()


_decode = msgspec.json.Decoder(Row).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def sniff(name: str, head: bytes) -> bool:
    """Whether the first line is a row, or the file a list whose first item is one."""
    if re.match(rb'\s*\[\s*\{\s*"dst"\s*:\s*"', head):
        return b'"lladdr"' in head or b'"state"' in head
    first = _tables.head(head)[:1]
    return bool(first) and _row(first[0].decode("utf-8", "replace")) is not None


def take(source: Source) -> Iterator[Evidence]:
    """One dialogue of noted pages, a row a line; then the lines that are no row. Trouble if none is one."""
    text = _tables.plain(source.data)
    lines = _items(text) if text.lstrip().startswith(b"[") else _lines.lines(text)
    checked = [(number, line, _fault(line)) for number, line in lines if line.strip()]
    if all(fault for _, _, fault in checked):
        raise _lines.wrong_kind(source, KIND, SHAPE)
    yield from _tables.rows(source, KIND, checked, SHAPE)


def _items(text: bytes) -> Iterator[tuple[int, bytes]]:
    """The objects of a JSON list, each in one line; the text itself, to be told as bad, where it is none."""
    try:
        found = _decode_list(text)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        found = [msgspec.Raw(text[: _tables.LONGEST])]
    for number, one in enumerate(found[:MOST], 1):
        yield number, re.sub(rb"[\r\n]+", b" ", bytes(one))


def _fault(line: bytes) -> str:
    return "" if _row(line.decode("utf-8", "replace").strip()) else f"not {SHAPE}"


def _row(text: str) -> Row | None:
    if text.startswith("{"):
        try:
            return _decode(text.encode("utf-8", "replace"))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
    found = _ROW.fullmatch(text[:600])
    if found is None or not (found[3] or found[4]):
        return None
    return Row(found[1], found[2], found[3] or "", (found[4] or "",))


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`ip.address` and `attached` about `station:MAC`; what was never resolved is left out."""
    for name, text in _tables.pages(evidence):
        for row in filter(None, map(_row, map(str.strip, text.split("\n")))):
            station = mac(row.lladdr)
            if is_station(station) and usable(row.dst) and not DEAD & set(row.state):
                yield from said(name, f"station:{station}", "ip.address", row.dst)
                yield from attached(name, f"station:{station}", row.dev)

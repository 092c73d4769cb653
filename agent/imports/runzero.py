"""Assets exported from runZero, as JSONL, JSON or CSV. Source: runZero's documentation of its asset export formats."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from agent.ask import Source
from agent.imports import _csv, _inventory, _lines, _tables
from agent.imports._inventory import at, texts
from model.claims import Fact
from model.evidence import Evidence

TITLE = "assets exported from runZero (JSONL, JSON or CSV)"
KIND, SHAPE = "runzero", "an asset of runZero"
_WANTED = {"id", "addresses", "macs", "hw"}


def sniff(name: str, head: bytes) -> bool:
    """Whether the first object or the header names addresses, MACs and hardware as runZero does."""
    if head.lstrip()[:1] in (b"{", b"["):
        return b'"addresses"' in head and b'"macs"' in head and b'"hw"' in head
    return set(_csv.header(head)) >= _WANTED


def take(source: Source) -> Iterator[Evidence]:
    """A note for each asset, vantage `file:ORIGIN#id`; then what is none."""
    text = _tables.plain(source.data).strip()
    if text.startswith(b"["):
        things = _list(source, text)
    elif text.startswith(b"{"):
        things = _lines_of(text)
    else:
        things = _rows(source)
    yield from _inventory.noted(source, KIND, things, SHAPE)


def _list(source: Source, text: bytes) -> Iterator[tuple[int, str, Any, str]]:
    try:
        found = msgspec.json.decode(text, type=list[Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise _lines.wrong_kind(source, KIND, SHAPE) from None
    for place, one in enumerate(found, 1):
        yield _asset(place, one)


def _lines_of(text: bytes) -> Iterator[tuple[int, str, Any, str]]:
    for number, line in _lines.lines(text):
        if line.strip():
            try:
                yield _asset(number, msgspec.json.decode(line))
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                yield number, "", None, "not JSON"


def _asset(place: int, one: Any) -> tuple[int, str, Any, str]:
    sound = isinstance(one, dict) and ("addresses" in one or "macs" in one)
    # Services and their banners are many pages; runZero's opinion of the asset is what is taken.
    kept = (
        {
            key: value
            for key, value in one.items()
            if key
            not in (
                "services",
                "software",
                "vulnerabilities",
                "attributes",
                "foreign_attributes",
                "credentials",
                "rtts",
                "screenshots",
            )
        }
        if sound
        else None
    )
    return place, next(iter(texts(at(one, "id"))), ""), kept, "" if sound else "not an asset"


def _rows(source: Source) -> Iterator[tuple[int, str, Any, str]]:
    names: tuple[str, ...] = ()
    for record in _csv.records(source.data):
        if not names:
            names = tuple(cell.strip().lower() for cell in record.cells)
            if not set(names) >= _WANTED:
                raise _lines.wrong_kind(source, KIND, SHAPE)
            continue
        row = dict(zip(names, (cell.strip() for cell in record.cells), strict=False))
        fault = record.fault or _csv.width(record.cells, names)
        yield (record.number, "", None, fault) if fault else _asset(record.number, row)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """What runZero says of one asset, about `neighbor:inventory`."""
    for name, one in _inventory.held(evidence):
        hardware = texts(at(one, "hw"))
        yield from _inventory.facts(
            name,
            {
                "name": texts(at(one, "names"))[:20] or texts(at(one, "name")),
                # `hw` begins with the maker where it is known at all.
                "manufacturer": texts(at(one, "hw_vendor")) or [text.split(" ")[0] for text in hardware],
                "model": texts(at(one, "hw_product")) or hardware,
                "serial": texts(at(one, "serial_numbers")) or texts(at(one, "serial_number")),
                "mac": texts(at(one, "macs")),
                "address": texts(at(one, "addresses")) + texts(at(one, "addresses_extra")),
            },
        )

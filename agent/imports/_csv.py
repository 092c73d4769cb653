"""Tables with a header line, as spreadsheets, PowerShell and inventories write them: commas, semicolons, tabs or bars between cells.

Source: RFC 4180, and what Export-Csv adds (`#TYPE`) and Excel writes (`sep=;`, UTF-16, a byte order mark).
"""

import csv
from collections.abc import Iterator, Sequence

import msgspec

from agent.ask import Source
from agent.imports import _lines, _tables
from model.evidence import Evidence

MOST_LINES = 64  # that one record may run over: an open quote must not swallow the file
LONGEST = 16_384  # bytes of a record
MOST_COLUMNS = 512
_SIGNS = ",;\t|"


class Record(msgspec.Struct, frozen=True):
    """One record as it stands (`raw`, with its line ends) and cut into cells; `number`: its first line, from 1. `fault`: why it is none."""

    number: int
    raw: bytes
    cells: tuple[str, ...] = ()
    fault: str = ""


def header(head: bytes) -> tuple[str, ...]:
    """The column names of a file that begins so, in lower case; () where its first line holds but one cell."""
    for record in records(head[:4096]):
        names = tuple(cell.strip().lower() for cell in record.cells)
        return names if len(names) > 1 and not record.fault else ()
    return ()


def records(data: bytes) -> Iterator[Record]:
    """Every record, the header first; blank lines and what tools write before the header are left out."""
    lines = _tables.plain(data).split(b"\n")
    at, sign = 0, ""
    while at < len(lines):
        line = lines[at].removesuffix(b"\r")
        if not line.strip() or (not sign and line.startswith((b"#TYPE", b"sep="))):
            at += 1
            continue
        sign = sign or _sign(line)
        record, size = _record(lines, at, sign)
        yield record
        at += size


def _sign(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    return max(_SIGNS, key=lambda sign: (text.count(sign), -_SIGNS.index(sign)))


def _record(lines: list[bytes], at: int, sign: str) -> tuple[Record, int]:
    """The record that begins at this line, and how many lines it has."""
    size = 1
    while lines[at].count(b'"') % 2 and size < MOST_LINES and at + size < len(lines):
        if sum(line.count(b'"') for line in lines[at : at + size]) % 2 == 0:
            break
        size += 1
    raw = b"\n".join(lines[at : at + size]) + b"\n"
    if raw.count(b'"') % 2:
        return Record(at + 1, lines[at], fault="a quote that is not closed"), 1
    if len(raw) > LONGEST:
        return Record(at + 1, raw, fault=f"longer than {LONGEST:,} bytes"), size
    try:
        text = raw.decode("utf-8", "replace").replace("\0", "")
        cells = tuple(
            next(csv.reader([text.rstrip("\r\n")] if size == 1 else text.splitlines(True), delimiter=sign), [])
        )
    except csv.Error as fault:
        return Record(at + 1, raw, fault=f"no row of a table ({str(fault)[:80]})"), size
    return Record(at + 1, raw, cells), size


def take(source: Source, kind: str, wanted: Sequence[str]) -> Iterator[Evidence]:
    """One dialogue of noted pages that begins with the header; then the bad records. Trouble if the header lacks a wanted column."""
    shape = f"a header with {', '.join(wanted)}"
    good: list[bytes] = []
    bad: list[_lines.Fault] = []
    names: tuple[str, ...] = ()
    for record in records(source.data):
        if not names:
            names = tuple(cell.strip().lower() for cell in record.cells)
            if record.fault or not set(wanted) <= set(names) or len(names) > MOST_COLUMNS:
                raise _lines.wrong_kind(source, kind, shape)
        fault = record.fault or width(record.cells, names)
        if fault:
            bad.append(_lines.Fault(record.number, fault, record.raw))
        else:
            good.append(record.raw)
    yield from _tables.taken(source, kind, good, bad, shape)


def width(cells: tuple[str, ...], names: tuple[str, ...]) -> str:
    """What is wrong with a row of so many cells, "" when nothing is."""
    return "" if len(cells) == len(names) else f"{len(cells)} cells under {len(names)} columns"


def read(evidence: Sequence[Evidence]) -> Iterator[tuple[str, dict[str, str]]]:
    """(evidence id, {column in lower case: cell}) of each row; nothing where the page with the header is missing."""
    names: tuple[str, ...] = ()
    sign = b""
    for name, text in _tables.pages(evidence):
        # The sign between cells is told by the header alone: each further page is read as if it stood behind it.
        for number, record in enumerate(records((sign + b"\n" if sign else b"") + text.encode("utf-8", "replace"))):
            if not names:
                names, sign = tuple(cell.strip().lower() for cell in record.cells), record.raw.rstrip(b"\r\n")
            elif number and not record.fault:
                yield name, dict(zip(names, (cell.strip() for cell in record.cells), strict=False))

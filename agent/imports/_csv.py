"""Tables with a header line, as spreadsheets, PowerShell and inventories write them: commas, semicolons, tabs or bars between cells.

Source: RFC 4180, and what Export-Csv adds (`#TYPE`) and Excel writes (`sep=;`, UTF-16, a byte order mark).
"""

import csv
import re
from codecs import utf_8_decode
from collections.abc import Iterator, Sequence

import msgspec

from agent.ask import Source
from agent.imports import _lines, _tables
from model.evidence import Evidence

MOST_LINES = 64  # that one record may run over: an open quote must not swallow the file
LONGEST = 16_384  # bytes of a record
MOST_COLUMNS = 512
MOST_TITLES = 16  # lines before the header that are passed over
_SIGNS = ",;\t|"
_CHINESE = ("地址", "型号", "序列号", "厂商", "品牌", "名称", "厂家", "制造商")


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
    """Every record, the header first; blank lines and what people and tools write before the header are left out."""
    lines = _text(data).split(b"\n")
    at, sign = 0, ""
    while at < len(lines):
        line = lines[at].removesuffix(b"\r")
        if not line.strip() or (not sign and at < MOST_TITLES and _is_title(line, lines[at + 1 :])):
            at += 1
            continue
        sign = sign or _sign(line)
        record, size = _record(lines, at, sign)
        yield record
        at += size


def _text(data: bytes) -> bytes:
    """UTF-8 of the table. Older Windows writes its country's code: Chinese, told by the words of the header, else the western one."""
    plain = _tables.plain(data)
    if _is_utf8(plain):
        return plain
    head = b"\n".join(plain.split(b"\n", MOST_TITLES)[:MOST_TITLES]).decode("gb18030", "ignore")
    if any(word in head for word in _CHINESE):
        return plain.decode("gb18030", "replace").encode()
    return b"\n".join(
        line if _is_utf8(line) else line.decode("cp1252", "replace").encode() for line in plain.split(b"\n")
    )


def _is_utf8(data: bytes) -> bool:
    """Whether it is, or was cut off within a letter."""
    try:
        utf_8_decode(data, "strict", False)
    except UnicodeDecodeError:
        return False
    return True


def _is_title(line: bytes, after: list[bytes]) -> bool:
    """Whether a line before the header is none: a tool's mark or comment, or one cell where a line of several follows."""
    if line.startswith((b"#TYPE", b"sep=", b"# ")):
        return True
    return _cells(line) < 2 and any(_cells(one) > 1 for one in after[:MOST_TITLES])


def _cells(line: bytes) -> int:
    """How many cells of it hold something; what stands in quotes is one."""
    bare = re.sub(rb'"[^"]*"', b"x", line)
    return sum(bool(cell.strip()) for cell in bare.split(_sign(bare).encode()))


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
    """What is wrong with a row of so many cells, "" when nothing is: blank ones beyond the header are nothing."""
    return (
        ""
        if len(cells) == len(names) or (len(cells) > len(names) and not any(cells[len(names) :]))
        else f"{len(cells)} cells under {len(names)} columns"
    )


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

"""What imports of other machines' tables share: plain text out of what Windows writes, and notes that no device answered.

Who keeps a table is not in it: its file is no device. So its evidence has the status `noted`, and what it names is told of.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from agent.ask import Source
from agent.imports import _lines
from model.evidence import Evidence, observed

MEDIA = "text/plain; charset=utf-8"
KEPT = ("answered", "cut", "noted")
LONGEST = 8_192  # bytes of a line of a table
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def plain(data: bytes) -> bytes:
    """The text in UTF-8 without its byte order mark; the same bytes where none stands in front. Windows writes UTF-16.

    Where carriage returns alone end the lines, as old Macs and some consoles write them, they become line ends.
    """
    for mark, code in _MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            data = data if code == "utf-8" else data.decode(code, "replace").encode("utf-8", "replace")
            break
    return data.replace(b"\r", b"\n") if b"\r" in data and b"\n" not in data else data


def head(data: bytes) -> list[bytes]:
    """The lines of a file's first 4 KB that hold something; the last is left out where the head may have cut it."""
    found = plain(data[:4096]).split(b"\n")
    whole = found[:-1] if len(data) >= 4096 and len(found) > 1 else found
    return [line.strip() for line in whole if line.strip()]


def taken(
    source: Source, kind: str, good: Iterable[bytes], bad: Iterable[_lines.Fault], shape: str
) -> Iterator[Evidence]:
    """One dialogue of noted pages, then the bad lines. `good`: chunks with their line ends. Trouble if there is none."""
    pages = list(_lines.pages(good))
    if not pages:
        raise _lines.wrong_kind(source, kind, shape)
    first = msgspec.structs.replace(_lines.observation(source, kind), status="noted")
    yield from _lines.dialogue(first, pages, MEDIA)
    yield from _lines.failed(source, kind, bad)


def rows(source: Source, kind: str, sound: Iterable[tuple[int, bytes, str]], shape: str) -> Iterator[Evidence]:
    """The same from (number, line, what is wrong with it or "")."""
    good: list[bytes] = []
    bad: list[_lines.Fault] = []
    for number, line, fault in sound:
        if fault or len(line) > LONGEST:
            bad.append(_lines.Fault(number, fault or f"longer than {LONGEST:,} bytes", line))
        else:
            good.append(line + b"\n")
    yield from taken(source, kind, good, bad, shape)


def pages(evidence: Sequence[Evidence]) -> list[tuple[str, str]]:
    """(evidence id, text) of the pages that hold something, in order of their steps."""
    good = [one for one in evidence if one.body is not None and one.observation.status in KEPT]
    good.sort(key=lambda one: one.observation.step)
    return [(one.id, (one.body or b"").decode("utf-8", "replace")) for one in good]


def single(source: Source, kind: str, name: str, body: bytes, media: str) -> Evidence:
    """The note of one thing among many in a file; vantage `file:ORIGIN#name`, name at most 255 printable characters."""
    clean = "".join(sign for sign in name if sign.isprintable())[:255]
    first = _lines.observation(source, kind, f"file:{source.origin}#{clean}")
    return observed(msgspec.structs.replace(first, status="noted"), body, media)

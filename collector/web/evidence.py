"""The evidence behind a verdict as people read it: each reason with its rule's source, and the place in the answer, in text and in hex."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec
from markupsafe import Markup, escape

from collector.desk import Desk
from collector.packs import held, shipped
from collector.views.devices import Exchange, exchange
from fingerprints.pack import Pack
from model.evidence import Evidence
from model.report import Component, Finding, Why
from reporters._text import shown

ROW, ROWS, AROUND = 16, 12, 700  # octets a line, lines, letters of text before and after what was found


class Text(msgspec.Struct, frozen=True):
    """A piece of an answer; `hit`: what the reason names, "" where it does not stand there as such."""

    before: Markup
    hit: Markup
    after: Markup


class Hex(msgspec.Struct, frozen=True):
    """A piece of an answer, octet by octet."""

    start: int
    lines: Markup


class Reason(msgspec.Struct, frozen=True):
    """`of`: the part it is about, "" for the device; `source`: of its rule; the rest None where no answer is kept here."""

    of: str
    why: Why
    source: str
    exchange: Exchange | None = None
    text: Text | None = None
    hex: Hex | None = None


@lru_cache(maxsize=1)
def own() -> Pack:
    """The pack that came with this program, read once."""
    return shipped()


def pack_of(desk: Desk, digest: str, name: str) -> Pack | None:
    """The pack that a report was judged by. `name`: of the blob that it came in, "" where it did not come."""
    if own().digest == digest:
        return own()
    return held(desk.place, desk.tx, desk.who.organisation, name) if name else None


def reasons(found: Finding, evidence: Sequence[Evidence], pack: Pack | None) -> Iterator[Reason]:
    """Of the device first, then of its parts."""
    by = {one.id: one for one in evidence}
    things: list[tuple[str, Finding | Component]] = [
        ("", found),
        *((part.component, part) for part in found.components),
    ]
    for of, thing in things:
        for why in thing.why:
            yield _reason(of, why, by.get(why.evidence), source(why.rule, pack))


def _reason(of: str, why: Why, one: Evidence | None, said: str) -> Reason:
    if one is None:
        return Reason(of, why, said)
    body = one.body or b""
    at, size = place(body, why.value)
    return Reason(of, why, said, exchange(one), text(body, at, size), octets(body, at))


def source(name: str, pack: Pack | None) -> str:
    """On whose word a rule rests."""
    maker, _, rule = name.partition("/")
    if pack is None:
        return "its pack is not kept here"
    made = pack.makers.get(maker)
    found = next((one for one in made.rule if one.id == rule), None) if made else None
    return found.source if found else "a list of the pack, or what the evidence itself says"


def place(body: bytes, value: str) -> tuple[int, int]:
    """(where what the reason names stands, how many bytes of it); (0, 0) where it does not stand there as such."""
    words = [value.encode(), value.encode("latin-1", "ignore"), msgspec.json.encode(value)[1:-1]]
    plain = value.replace(":", "").replace("-", "")
    if len(plain) >= 4 and len(plain) % 2 == 0 and all(sign in "0123456789abcdefABCDEF" for sign in plain):
        words.append(bytes.fromhex(plain))
    words.append(value.split("\n")[0].encode()[:24])
    return next(((at, len(word)) for word in words if word and (at := body.find(word)) >= 0), (0, 0))


def text(body: bytes, at: int, size: int) -> Text | None:
    """The answer around the place, where it is text."""
    piece = body[max(0, at - AROUND) : at + size + AROUND]
    if not piece or piece.count(0) > len(piece) // 20:
        return None
    cut = ["" if start <= 0 else "…" for start in (at - AROUND, len(body) - at - size - AROUND)]
    parts = (body[max(0, at - AROUND) : at], body[at : at + size], body[at + size : at + size + AROUND])
    before, hit, after = (_lines(part.decode("utf-8", "replace")) for part in parts)
    return Text(cut[0] + before, hit, after + cut[1])


def _lines(words: str) -> Markup:
    return escape("\n".join(shown(line) for line in words.replace("\r\n", "\n").split("\n")))


def octets(body: bytes, at: int) -> Hex | None:
    """The lines of octets around the place."""
    start = max(0, at - at % ROW - ROW)
    piece = body[start : start + ROW * ROWS]
    lines = [_line(start + row, piece[row : row + ROW]) for row in range(0, len(piece), ROW)]
    return Hex(start, escape("\n".join(lines))) if lines else None


def _line(at: int, row: bytes) -> str:
    signs = "".join(chr(one) if 32 <= one < 127 else "." for one in row)
    return f"{at:08x}  {row[:8].hex(' '):<23}  {row[8:].hex(' '):<23}  {signs}"

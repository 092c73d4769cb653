"""A document as PDF/UA-1 and PDF/A-3a, by typst. What devices sent reaches typst as data, never as source."""

import json
import re
from importlib.resources import files
from typing import Any

import msgspec

from model.filing import Filing
from model.trouble import Missing
from reporters._document import BLANK, Document
from reporters._gantt import drawn
from reporters._text import shown, when
from reporters.media import json as filing_json
from reporters.media._short import short

MEDIA, SUFFIX, TITLE = "application/pdf", ".pdf", "paper to sign: PDF/UA-1 and PDF/A-3a"
MEMORY = 500  # megabytes for a paper of 2,000 devices: such a medium is written last, in the room that others leave
STANDARDS = ("ua-1", "a-3a")
# What typst's embedded fonts draw of Latin, Greek and Cyrillic, with common signs. PDF/UA allows no missing glyph, so
# anything else is written by its number; the HTML of the same form has it as it was sent.
DRAWN = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x377),
    (0x38E, 0x3A1),
    (0x3A3, 0x4FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x20A0, 0x20C0),
    (0x2100, 0x211E),
    (0x2190, 0x21FF),
    (0x25A0, 0x25FF),
)
TEXT_WIDTH, INSETS, SIZE = 489.6, 8.0, 8.5  # points: a letter page between its margins; a cell's insets; a cell's type
FEW = 4  # signs between two places to break a word: they fit any column, and each place costs typst memory
LONG, MUCH, GUTTER = 60, 80, 14.0  # signs of a label that ask for a wide column, or for light type; points to its value
DIGEST = re.compile(r"(sha256:)?[0-9a-f]{64}")
BREAK = "\u200b"  # zero-width space


def write(document: Document, filing: Filing) -> bytes:
    """The PDF's bytes: the same for the same document and the same typst."""
    try:
        import typst
    except ModuleNotFoundError:
        remedy = "`pip install 'laydown[paper]'`; the HTML says the same"
        raise Missing("typst", "not installed, so no PDF can be written", remedy) from None
    heads = {"entity_short": short(document.entity, 60), "marking_short": short(document.marking, 90)}
    held = msgspec.to_builtins(document) | {"prepared": when(document.prepared_at)} | heads
    held["blocks"] = [drawn(block, plain) for block, plain in zip(document.blocks, held["blocks"], strict=True)]
    data = _drawable(held)
    data["blocks"] = [FITTED.get(block["type"], dict)(block) for block in data["blocks"]]
    text = json.dumps(data)
    numbered = "\\\\u{" in text  # a backslash and u of the text itself, not of JSON
    compiler: Any = typst.Compiler
    source = {
        "main.typ": files("reporters.media").joinpath("_paper.typ").read_bytes(),
        "data.json": f'{{"numbered": {json.dumps(numbered)}, {text[1:]}'.encode(),
        "filing.json": filing_json.write(document, filing),
    }
    del held, data, text  # typst's own memory is large enough
    made: bytes = compiler(source, ignore_system_fonts=True).compile(format="pdf", pdf_standards=list(STANDARDS))
    return made


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        return {key: _drawable(item) for key, item in value.items()}
    return [_drawable(item) for item in value] if isinstance(value, list | tuple) else value


def drawable(text: str) -> str:
    """`text` with every character that the fonts cannot draw written as `\\u{6d77}`; line ends stay."""
    lines = (shown(line) for line in text.split("\n"))
    return "\n".join("".join(one if _drawn(ord(one)) else f"\\u{{{ord(one):x}}}" for one in line) for line in lines)


def _fitted(table: dict[str, Any]) -> dict[str, Any]:
    """The table with words that are wider than their column allowed to break, and no other: a search finds what is whole."""
    widths = table["widths"] or [1] * len(table["head"])
    room = [TEXT_WIDTH * width / sum(widths) - INSETS for width in widths]
    rows = [[_broken(cell, room[at]) for at, cell in enumerate(row)] for row in table["rows"]]
    return table | {"rows": rows, "head": [_broken(cell, room[at]) for at, cell in enumerate(table["head"])]}


def _placed(fields: dict[str, Any]) -> dict[str, Any]:
    """The rows with what their column has no room for allowed to break; what a blank says; a lone digest is set small, and whole."""
    longest = max((len(row["label"]) for row in fields["rows"]), default=0)
    wide = longest > LONG
    share = 1.1 / 2.1 if wide else 2.3 / 3.3
    room = (TEXT_WIDTH - GUTTER) * share
    rows = []
    for row in fields["rows"]:
        value, said, digest = row["value"], row["said"], not wide and DIGEST.fullmatch(row["value"] or "") is not None
        if value is None:
            said = f"unanswered; {said}" if said else BLANK
        elif not digest:
            value = _broken(value, room * SIZE / 10.5)
        label = _broken(row["label"], (TEXT_WIDTH - GUTTER - room) * SIZE / 9.5)
        rows.append(
            {"label": label, "value": value, "said": _broken(said, room), "digest": digest, "long": longest > MUCH}
        )
    return fields | {"rows": rows, "wide": wide}


def _labelled(gantt: dict[str, Any]) -> dict[str, Any]:
    """The Gantt with labels that fit their column of its four."""
    room = TEXT_WIDTH * 5 / 16 - INSETS
    bars = [bar | {"label": _broken(bar["label"], room)} for bar in gantt["chart"]["bars"]]
    return gantt | {"chart": gantt["chart"] | {"bars": bars}}


FITTED = {"table": _fitted, "gantt": _labelled, "fields": _placed}


def _broken(cell: str, room: float) -> str:
    return "".join(word if _width(word) <= room else _breakable(word, room) for word in re.split(r"(\s+)", cell))


def _breakable(word: str, room: float) -> str:
    """May break behind each sign; a piece between signs that is still too wide, after every few."""
    pieces = re.split(r"(?<=[/\-_.:,;=&?@])", word)
    return BREAK.join(piece if _width(piece) <= room else BREAK.join(_few(piece)) for piece in pieces)


def _few(piece: str) -> list[str]:
    return [piece[at : at + FEW] for at in range(0, len(piece), FEW)]


def _width(word: str) -> float:
    """About how wide a word is set, in points, rather too wide than too narrow."""
    return SIZE * sum(0.72 if one.isupper() else 0.54 for one in word)


def _drawn(code: int) -> bool:
    return any(first <= code <= last for first, last in DRAWN)

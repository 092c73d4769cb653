"""Where a paper wants to be signed: its four rules in a row (name, title, date, signature), read from what its last pages draw."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import Any

import msgspec

NUMBER = rb"(-?[\d.]+)"
# typst sets a rule as a thin filled box below a point: `q 1 0 0 -1 X Y cm ... W TOP m W FOOT l 0 FOOT l 0 TOP l h f`.
RULE = re.compile(
    rb"q 1 0 0 -1 "
    + NUMBER
    + rb" "
    + NUMBER
    + rb" cm[^Q]{0,80}?"
    + rb"\s+".join(
        (NUMBER, NUMBER, rb"m", NUMBER, NUMBER, rb"l", rb"0", NUMBER, rb"l", rb"0", NUMBER, rb"l", rb"h", rb"f")
    )
)
THICK = 1.0  # points: a rule is no thicker
COLUMNS = 4
ROOM = 30.0  # points above the rule that belong to it


class Place(msgspec.Struct, frozen=True):
    """Where one line's signature goes: the page, from 0, and (left, foot, right, head) in points."""

    page: int
    box: tuple[float, float, float, float]


def places(pages: Iterable[tuple[int, bytes]], count: int) -> list[Place]:
    """The places of the last `count` signature lines, in reading order; fewer where they are not found.

    `pages`: (number from 0, content stream) from the last page back; no more are read than are needed.
    """
    found: list[Place] = []
    for number, content in pages:
        found = [Place(number, box) for box in _rows(content)] + found
        if len(found) >= count:
            break
    return found[-count:] if count else []


def _rows(content: bytes) -> Iterator[tuple[float, float, float, float]]:
    """The box over the last rule of each row of four, from the head of the page down."""
    for _, row in groupby(_rules(content), key=lambda rule: rule[1]):
        rules = list(row)
        if len(rules) == COLUMNS and all(left[0] + left[2] < right[0] for left, right in pairwise(rules)):
            x, y, width = rules[-1]
            yield x, y, x + width, y + ROOM


def _rules(content: bytes) -> Iterator[tuple[float, float, float]]:
    """(left, head, width) of each rule, as drawn."""
    for one in RULE.finditer(content):
        x, y, width, top, again, foot, left_foot, left_top = (float(number) for number in one.groups())
        if width == again and foot == left_foot and top == left_top and 0 < foot - top < THICK:
            yield x, round(y - top, 2), width


def backwards(reader: Any) -> Iterator[tuple[int, bytes]]:
    """(number, content stream) of each page of a PdfFileReader, the last first."""
    for number in range(int(reader.root["/Pages"]["/Count"]) - 1, -1, -1):
        page = reader.find_page_for_modification(number)[0].get_object()
        held = page["/Contents"]
        parts = [part.get_object() for part in held] if isinstance(held, list) else [held]
        yield number, b"\n".join(part.data for part in parts)

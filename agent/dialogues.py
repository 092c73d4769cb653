"""The evidence of a folder a dialogue at a time, each once and whole, in whatever order the lines stand: an index is sorted, not they.

What is held is an index line for each of theirs, on disk when there are many; bodies come and go with their dialogue.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import msgspec

from agent.spool import FILE, Notice, lines, told, usable
from fingerprints.room import Room
from model.evidence import Evidence
from model.trouble import Trouble


class _Head(msgspec.Struct):
    probe: str = ""
    parent: str | None = None
    step: int = 0


class _Line(msgspec.Struct):
    id: str
    observation: _Head


_head = msgspec.json.Decoder(_Line).decode
_encode = msgspec.json.Encoder().encode
Piece = tuple[
    int, str, int, int, int, bool
]  # step, the id it claims, line number, offset, length, whether it ends in a newline
_index = msgspec.json.Decoder(tuple[str, int, str, int, int, int, bool]).decode
_group = msgspec.json.Decoder(tuple[int, list[Piece]]).decode
STEP = 10**6  # added to steps and offsets, so that their digits sort as they do
OFFSET = 10**15


def dialogues(folder: Path, room: Room, notice: Notice) -> Iterator[Sequence[Evidence]]:
    """Each dialogue in the order of its steps; run notes one by one. `notice` hears a line of text for each line that cannot be used.

    Trouble where the folder has no spool, or one that cannot be read.
    """
    path = folder / FILE
    order = room.sorter()
    for group in _grouped(path, room):
        order.add(_encode((min(piece[3] for piece in group), group)))
    with told(path), path.open("rb") as file:
        for line in order:
            found = list(_pieces(folder, file.fileno(), _group(line)[1], notice))
            if found and found[0].observation.probe == "run":
                yield from ([one] for one in found)
            elif found:
                yield found


def _grouped(path: Path, room: Room) -> Iterator[list[Piece]]:
    """The pieces of each dialogue together: sorted by what they say is its first."""
    index, offset = room.sorter(), OFFSET
    for number, raw, whole in lines(path, blank=True):
        if raw.strip():
            parent, step, name = _place(raw)
            index.add(_encode((parent, STEP + step, name, number, offset, len(raw), whole)))
        offset += len(raw) + whole
    for _, group in groupby(map(_index, index), key=lambda found: found[0]):
        yield [piece[1:] for piece in group]


def _part(file: int, offset: int, length: int) -> bytes:
    """As `os.pread`, which only a Unix has: an office machine of another kind assesses, too."""
    os.lseek(file, offset, os.SEEK_SET)
    return os.read(file, length)


def _place(raw: bytes) -> tuple[str, int, str]:
    """(first of its dialogue, step, id) by the line's own words, which are believed only once it has been read."""
    try:
        found = _head(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return "", 0, ""
    of = found.observation
    if of.probe == "run":
        return found.id, 0, found.id
    return of.parent or found.id, max(0, min(of.step, STEP)), found.id


def _pieces(folder: Path, file: int, group: Iterable[Piece], notice: Notice) -> Iterator[Evidence]:
    """Of lines that claim one id the first that can be used; the others are no news, but said where they cannot be."""
    before = ""
    for _, _, number, offset, length, whole in group:
        where = f"{folder / FILE}:{number}"
        try:
            one = usable(folder, _part(file, offset - OFFSET, length), where)
        except Trouble as fault:
            notice(str(fault) if whole else f"{where}: half a line, left by a run that was killed: it is not used")
            continue
        if one.id != before:
            yield one
        before = one.id

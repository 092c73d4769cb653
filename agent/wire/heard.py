"""Frames that were heard, as one message between the two processes carries them."""

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

HEAD = struct.Struct(">QHH")  # before each frame: its time, its length on the cable, bytes that follow


class Heard(NamedTuple):
    """One frame. `at`: ns since 1970; `length`: what it had on the cable; `data`: as much as the filter gave, a VLAN tag included."""

    at: int
    length: int
    data: bytes


class Batch(NamedTuple):
    """What was heard since the last batch. `dropped`: frames lost so far because nobody fetched them in time; None: no news."""

    frames: tuple[Heard, ...]
    dropped: int | None


def packed(frames: Iterable[Heard]) -> bytes:
    """The body of a message."""
    return b"".join(HEAD.pack(one.at, one.length, len(one.data)) + one.data for one in frames)


def unpacked(body: bytes) -> Iterator[Heard]:
    """The frames of a message's body."""
    at = 0
    while at < len(body):
        when, length, size = HEAD.unpack_from(body, at)
        at += HEAD.size
        yield Heard(when, length, body[at : at + size])
        at += size

"""Captured frames become pages of evidence: small packet files of the frames worth keeping, each with its own time. Pure.

A frame whose octets, addresses apart, were kept less than an hour ago is only counted. So is what one station sends beyond a
bound: nobody can fill a disk by talking.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from agent.decode.ether import COOKED, COOKED_2, Frame, parse, parse_cooked
from agent.decode.pcap import HEAD, MEDIA, RECORD, Packet, head, record
from agent.decode.wifi import WIFI, lasting
from agent.frames import _read
from agent.frames._pick import ETHERNET
from agent.mask import mask
from model.evidence import Evidence, Observation, observed

PAGE = 65_536  # bytes
SPAN = 60 * 10**9  # ns that one page may cover: it has one time in the evidence
AGAIN = (
    3600 * 10**9
)  # ns after which the same octets are kept again, so that a report knows how long a station was there
ALIKE = 128  # frames kept in an hour of one station and one protocol
MOST_KNOWN = 200_000  # frames whose octets are remembered
MOST_BYTES = 256 * 1024 * 1024  # kept in one run or of one file


class Page(NamedTuple):
    """`at`: its first frame's time, ns since 1970. `body`: a packet file."""

    at: int
    frames: int
    body: bytes


class Pages:
    """`add` frames; take a page whenever one is full or due. After that the counts say what became of all frames."""

    def __init__(self) -> None:
        self.kept = self.repeated = self.beyond = self.size = 0
        self._known: dict[bytes, int] = {}  # digest of octets: when they were kept
        self._alike: dict[tuple[str, tuple[str, ...]], tuple[int, int]] = {}
        self._open: list[bytes] = []
        self._length, self._link_type, self._first = 0, ETHERNET, 0

    def add(self, at: int, length: int, data: bytes, link_type: int = ETHERNET) -> Iterator[Page]:
        """Take in one frame; yields the page that it had no room in. `length`: what the frame had on the cable."""
        if not self._worth(at, data, link_type):
            return
        data = _masked(data[: PAGE - HEAD - RECORD])
        full = self._length + RECORD + len(data) > PAGE
        if self._open and (full or link_type != self._link_type or not 0 <= at - self._first < SPAN):
            yield from self.flush()
        if not self._open:
            self._link_type, self._first, self._length = link_type, at, HEAD
        self._open.append(record(at, length, data))
        self._length += RECORD + len(data)
        self.kept += 1

    def flush(self) -> Iterator[Page]:
        """The page that is open, if there is one."""
        if self._open:
            page = Page(self._first, len(self._open), head(self._link_type) + b"".join(self._open))
            self._open, self.size = [], self.size + len(page.body)
            yield page

    def _worth(self, at: int, data: bytes, link_type: int) -> bool:
        same = data[6:] if link_type == ETHERNET else lasting(data) if link_type == WIFI else data
        key = blake2b(same, digest_size=16).digest()
        if 0 <= at - self._known.get(key, at - AGAIN) < AGAIN:
            self.repeated += 1
            return False
        if self._much(at, data, link_type) or self.size > MOST_BYTES:
            self.beyond += 1
            return False
        self._known.pop(key, None)
        self._known[key] = at
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return True

    def _much(self, at: int, data: bytes, link_type: int) -> bool:
        """Whether this station said so much in this hour already."""
        key, hour = _whose(data, link_type), at // AGAIN
        began, count = self._alike.get(key, (hour, 0))
        count = count + 1 if began == hour else 1
        self._alike.pop(key, None)
        self._alike[key] = hour, count
        if len(self._alike) > MOST_KNOWN:
            del self._alike[next(iter(self._alike))]
        return count > ALIKE


def _whose(data: bytes, link_type: int) -> tuple[str, tuple[str, ...]]:
    """(sender, protocols): a frame that cannot be read is its sender's too."""
    if link_type == WIFI:
        return data[16:22].hex(":"), ("beacon",)
    try:
        frame = parse_cooked(data, link_type) if link_type in (COOKED, COOKED_2) else parse(data)
    except ValueError:
        return data[6:12].hex(":"), ("unreadable",)
    if frame.sequence >= 0:  # a server behind a router speaks under the router's MAC
        return frame.ip_source, _names(frame)
    return frame.source or frame.ip_source, _names(frame)


def _masked(data: bytes) -> bytes:
    """Without the salts and challenges that cameras shout, and without what HTTP-like heads hold; the length stays."""
    return mask(mask(data, "application/sadp+xml"), "message/http")


def _names(frame: Frame) -> tuple[str, ...]:
    return tuple(_read.wanting(frame))


def evidence(base: Observation, page: Page) -> Evidence:
    """The page as evidence. Nobody was asked and nobody answered: its status is `noted`, its time the first frame's."""
    seen_at = Packet(page.at, ETHERNET, b"").seen_at if page.at else base.seen_at
    return observed(msgspec.structs.replace(base, status="noted", seen_at=seen_at), page.body, MEDIA)


def unreadable(one: Evidence) -> int:
    """How many frames of the page break a dissector. They are kept as they came."""
    told = (fact.value for fact in _read.read([one]) if fact.key == _read.UNREADABLE)
    return sum(int(value.partition(" ")[0]) for value in told)

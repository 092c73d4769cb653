"""A parcel opened: one zstd frame of a plain tar, every bound checked before its bytes are believed."""

from collections.abc import Iterator

import zstandard

from collector.refused import Refused
from model.parcel import EXTRACT, MEMBERS, PACK, RATIO, REPORT, STATEMENT, SUMMARY, UNPACKED

BLOCK = 512
WINDOW = 128 * 1024 * 1024  # bytes that unpacking may look back: what `zstd --long` may ask of a reader
MB = 1024 * 1024
# What is read at once, as nouns, takes some ten times its bytes in memory; evidence is read line by line.
BOUNDS = {STATEMENT: 32 * MB, SUMMARY: 8 * MB, EXTRACT: 64 * MB, REPORT: 128 * MB, PACK: 64 * MB}
AGAIN = "pack it again with `laydown push`"


def opened(data: bytes) -> dict[str, bytes]:
    """{name: bytes} of the members, the statement first; Refused, for good, for what is no parcel."""
    return dict(_members(_unpacked(data)))


def size_of(data: bytes) -> int:
    """What the frame says it unpacks to; Refused where it says nothing or too much."""
    try:
        told = zstandard.get_frame_parameters(data)
    except zstandard.ZstdError as fault:
        raise wrong("frame", f"no parcel: no zstd frame ({fault})") from None
    size = int(told.content_size)
    if size in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR):
        raise wrong("frame", "the frame does not state its size")
    if size > UNPACKED or size > RATIO * len(data) or told.window_size > WINDOW:
        bounds = f"{UNPACKED:,} bytes and {RATIO} to one are the most"
        raise Refused(
            413,
            "bomb",
            f"would unpack {len(data):,} bytes to {size:,}: {bounds}",
            "release less, or fewer sites at once",
            True,
        )
    return size


def _unpacked(data: bytes) -> bytes:
    size = size_of(data)
    try:
        reader = zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()
        found = reader.decompress(data)
    except zstandard.ZstdError as fault:
        raise wrong("frame", f"a damaged frame ({fault})") from None
    if len(found) != size or not reader.eof or reader.unused_data:
        raise wrong("frame", "the frame is cut short, or something follows it")
    return found


def _members(tar: bytes) -> Iterator[tuple[str, bytes]]:
    at, before, count = 0, "", 0
    while tar[at : at + BLOCK].strip(b"\0"):
        name, size = _header(tar[at : at + BLOCK])
        count += 1
        if count > MEMBERS:
            raise Refused(413, "members", f"more than {MEMBERS:,} members", AGAIN, True)
        if (count == 1) != (name == STATEMENT) or (count > 2 and name <= before):
            raise wrong("tar", f"{name[:80]!r} stands where it may not")
        if size > BOUNDS.get(name, size):
            most = BOUNDS[name]
            raise Refused(
                413,
                "size",
                f"{name} of {size:,} bytes: {most:,} are the most",
                "release less, or a part of the site",
                True,
            )
        end = at + BLOCK + size
        if end > len(tar):
            raise wrong("tar", f"{name[:80]!r} is cut short")
        yield name, tar[at + BLOCK : end]
        before, at = name, at + BLOCK + -(-size // BLOCK) * BLOCK
    if not count or tar[at:].strip(b"\0"):
        raise wrong("tar", "no tar of members, or something follows it")


def _header(block: bytes) -> tuple[str, int]:
    """(name, size) of one member: a plain file and nothing else. POSIX.1-1988 ustar."""
    try:
        told = int(block[148:156].strip(b" \0"), 8)
        size = int(block[124:136].strip(b" \0"), 8)
        name = block[:100].rstrip(b"\0").decode("ascii")
    except (ValueError, UnicodeDecodeError):
        raise wrong("tar", "a member's header cannot be read") from None
    same = told == sum(block[:148]) + 8 * 32 + sum(block[156:])
    if (
        not same
        or len(block) != BLOCK
        or block[257:262] != b"ustar"
        or block[156:157] not in (b"0", b"\0")
        or block[345:500].strip(b"\0")
    ):
        raise wrong("tar", f"{name[:80]!r} is no plain file of a ustar archive")
    return name, size


def wrong(error: str, what: str, remedy: str = AGAIN) -> Refused:
    """Not taken, and never will be."""
    return Refused(422, error, what, remedy, final=True)

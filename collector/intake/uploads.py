"""Half uploads on disk: pieces in order, each agent's apart; whole when the bytes have the digest that was named."""

import fcntl
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time

from collector.place import Place
from collector.refused import Refused
from model.canonical import digest as digest_of
from model.parcel import UNPACKED

OLD = 7 * 86_400  # seconds after which a half upload that nobody goes on with is dropped
MOST = 64  # half uploads of one agent: each is a file, and each new piece counts them


def path(place: Place, agent: str, digest: str) -> Path:
    """Where it waits."""
    return place.incoming / agent / f"{digest.removeprefix('sha256:')}.part"


def size(place: Place, agent: str, digest: str) -> int:
    """How many bytes of it are here."""
    try:
        return path(place, agent, digest).stat().st_size
    except FileNotFoundError:
        return 0


def added(place: Place, agent: str, digest: str, offset: int, total: int, body: bytes) -> bytes | None:
    """Add a piece: all bytes once the last is there, None before. Refused with the right offset where it does not follow."""
    if total > UNPACKED:
        raise Refused(413, "size", f"{total:,} bytes: the most are {UNPACKED:,}", "release less", final=True)
    if offset == 0 and len(body) == total:  # whatever was begun before, here is all of it
        return _checked(place, agent, digest, body)
    with _held(place, agent, digest) as file:
        here = file.seek(0, os.SEEK_END)
        if offset != here or here + len(body) > total:
            remedy = "go on from the offset that is named"
            raise Refused(409, "offset", f"{here:,} bytes are here", remedy, offset=here)
        if here + len(body) == total:
            # The last piece is not written: were it, and the commit failed, nobody would have anything left to send.
            file.seek(0)
            return _checked(place, agent, digest, file.read() + body)
        _room(place, agent, total - here)
        try:
            file.write(body)
            file.flush()
        except OSError:
            os.truncate(file.fileno(), here)  # no half piece stays behind
            raise
    return None


def _checked(place: Place, agent: str, digest: str, data: bytes) -> bytes:
    if digest_of(data) != digest:
        dropped(place, agent, digest)
        raise Refused(
            409, "digest", "the bytes have another digest than was named", "send it again from the start", offset=0
        )
    return data


@contextmanager
def _held(place: Place, agent: str, digest: str) -> Iterator[io.BufferedRandom]:
    """The file, locked: two who send the same piece at once must not both add it."""
    where = path(place, agent, digest)
    where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with where.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield file
        finally:
            if not file.seek(0, os.SEEK_END):
                dropped(place, agent, digest)  # what was refused leaves no empty file


def _room(place: Place, agent: str, more: int) -> None:
    """Refused where one agent would fill the disk with halves, large or many."""
    sizes = [one.stat().st_size for one in (place.incoming / agent).glob("*.part")]
    there = sum(sizes)
    most = place.settings.limits.incoming
    if there + more > most or len(sizes) > MOST:
        raise Refused(429, "incoming", f"{there:,} bytes of half uploads wait already", "finish them first", wait=600)


def dropped(place: Place, agent: str, digest: str) -> None:
    """Forget a half upload."""
    with suppress(FileNotFoundError):
        path(place, agent, digest).unlink()


def swept(place: Place) -> int:
    """Drop the halves that nobody goes on with; how many."""
    count = 0
    for one in place.incoming.glob("*/*.part"):
        with suppress(FileNotFoundError):
            if one.stat().st_mtime < time() - OLD:
                one.unlink()
                count += 1
    return count

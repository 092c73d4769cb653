"""Parcels on disk: a result folder packed at its release, signed, as one zstd frame; and one signed again by a newer key."""

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO

import msgspec
import zstandard

from agent.spool import BODIES
from model.canonical import digest
from model.keys import Private, keyid, signed
from model.parcel import BODY, MEMBERS, NEEDED, PACK, RATIO, STATEMENT, UNPACKED, About, about_of, stated
from model.statement import PAYLOAD, enveloped, opened, pae, payload_of
from model.trouble import Trouble

LEVELS = (9, 1)  # of zstd: the second for what the first packs tighter than a collector takes
BLOCK, RECORD = 512, 10_240  # bytes: tar's units
SMALLER = "leave bodies out by scanning fewer hosts at a time, or send the folder by other means"


class Member(msgspec.Struct, frozen=True):
    """A file of a parcel, opened when its turn comes. `size` and `sha256` (64 hex digits) were taken when it was listed."""

    name: str
    size: int
    sha256: str
    open: Callable[[], IO[bytes]]


def held(name: str, data: bytes) -> Member:
    """A member made in memory."""
    return Member(name, len(data), digest(data).removeprefix("sha256:"), partial(BytesIO, data))


def members(folder: Path) -> list[Member]:
    """Those of release `full`: report, evidence with its bodies, pack. Trouble names the file that is missing."""
    names = [*NEEDED["full"], *_bodies(folder)]
    if len(names) >= MEMBERS:
        raise Trouble(str(folder), f"{len(names):,} files: a parcel has at most {MEMBERS - 1:,}", SMALLER)
    return [_on_disk(folder, name) for name in sorted(names)]


def _bodies(folder: Path) -> Iterator[str]:
    for path in (folder / BODIES).rglob("*"):
        name = path.relative_to(folder).as_posix()
        if BODY.fullmatch(name) and path.is_file() and not path.is_symlink():  # a link may lead to what is nobody's
            yield name


def _on_disk(folder: Path, name: str) -> Member:
    path = folder / name
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            return Member(name, os.fstat(file.fileno()).st_size, found, partial(_binary, path))
    except OSError as fault:
        raise Trouble(str(path), f"cannot be read ({fault.strerror})", "push a whole result folder") from None


def _binary(path: Path) -> IO[bytes]:
    return path.open("rb")


def packed(
    about: About, parts: list[Member], key: Private, target: Path, levels: Sequence[int] = LEVELS
) -> tuple[str, int]:
    """Write the parcel to `target`, durably; its digest and size. Trouble where no collector takes one so large, or the disk is full."""
    payload = payload_of(stated(about, [(one.name, one.sha256) for one in parts]))
    seal = held(STATEMENT, enveloped(payload, signed(key, pae(PAYLOAD, payload)), keyid(key.public_key())))
    return _framed([seal, *sorted(parts, key=lambda one: one.name)], target, levels)


def _framed(every: list[Member], target: Path, levels: Sequence[int]) -> tuple[str, int]:
    size = _tar_size(every)
    if size > UNPACKED:
        raise Trouble(str(target), f"{size:,} bytes unpacked: a parcel has at most {UNPACKED:,}", SMALLER)
    for level in levels:
        found = _written(every, size, target, level)
        if size <= RATIO * found[1]:
            return found
    target.unlink(missing_ok=True)
    raise Trouble(str(target), f"packs more than {RATIO} times smaller, which a collector takes for a bomb", SMALLER)


def _written(every: list[Member], size: int, target: Path, level: int) -> tuple[str, int]:
    packer = zstandard.ZstdCompressor(level, write_checksum=True, write_content_size=True)
    try:
        with target.open("wb") as file:
            target.chmod(0o600)
            with (
                packer.stream_writer(file, size=size, closefd=False) as frame,
                tarfile.open(mode="w|", fileobj=frame, format=tarfile.USTAR_FORMAT, bufsize=RECORD) as tar,
            ):
                for one in every:
                    _added(tar, one)
            file.flush()
            os.fsync(file.fileno())
        with target.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}", target.stat().st_size
    except (OSError, zstandard.ZstdError) as fault:
        target.unlink(missing_ok=True)
        # zstd, closed in the midst, says that something is missing: what it hides is the disk's own word.
        why = fault if isinstance(fault, OSError) else fault.__context__
        if isinstance(why, OSError):
            what = f"cannot be written ({why.strerror or why})"
            raise Trouble(str(target), what, "free some space; the result folder is kept") from None
        raise Trouble(str(target), f"cannot be packed ({fault})", "push it when no scan writes into it") from None


def _added(tar: tarfile.TarFile, one: Member) -> None:
    about = tarfile.TarInfo(one.name)
    about.size, about.mode, about.mtime = one.size, 0o644, 0
    with one.open() as file:
        tar.addfile(about, file)  # a file that grew meanwhile is cut, one that shrank is an OSError


def _tar_size(every: list[Member]) -> int:
    body = sum(BLOCK + -(-one.size // BLOCK) * BLOCK for one in every) + 2 * BLOCK
    return -(-body // RECORD) * RECORD


def about_file(path: Path) -> tuple[About, dict[str, str]]:
    """What the statement of the parcel in `path` says, and {member: sha256}. Trouble where it is no parcel."""
    with _opened(path) as tar:
        first = tar.next()
        file = tar.extractfile(first) if first and first.name == STATEMENT else None
        if file is not None:
            return about_of(opened(file.read(), str(path))[1], str(path))
    raise Trouble(str(path), "no parcel", "push its result folder again")


def lightened(path: Path, target: Path) -> tuple[str, int]:
    """The same parcel in `target` under the same statement, but for the pack, which the collector has: the same bytes each time."""
    with _opened(path) as tar:
        every = [(one.name, one.size) for one in tar if one.name != PACK]
    with _opened(path) as tar:
        parts = [Member(name, size, "", partial(_next, tar, name)) for name, size in every]
        return _framed(parts, target, LEVELS[:1])


def sealed_again(path: Path, changed: dict[str, str], key: Private, target: Path) -> tuple[str, int]:
    """The same parcel in `target` under another statement: fields of About in `changed`, signed by `key`. Copied a piece at a time."""
    about, digests = about_file(path)
    with _opened(path) as tar:
        sizes = {one.name: one.size for one in tar if one.name != STATEMENT}
    with _opened(path) as tar:
        parts = [Member(name, sizes.get(name, 0), told, partial(_next, tar, name)) for name, told in digests.items()]
        # Its members come in the order in which they are written: both are sorted by name.
        return packed(msgspec.structs.replace(about, **changed), parts, key, target, LEVELS[1:])


def _next(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    while (one := tar.next()) is not None:
        if one.name == name and (file := tar.extractfile(one)) is not None:
            return file
    raise OSError(f"{name} is not in the parcel")


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    """The tar of a parcel that this agent made, read in one direction."""
    try:
        with (
            path.open("rb") as file,
            zstandard.ZstdDecompressor().stream_reader(file) as frame,
            tarfile.open(mode="r|", fileobj=frame) as tar,
        ):
            yield tar
    except (OSError, zstandard.ZstdError, tarfile.TarError) as fault:
        raise Trouble(str(path), f"no parcel that can be read ({fault})", "push its result folder again") from None

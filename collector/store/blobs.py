"""Bytes by digest within an organisation, each once: small ones in the database, so that many are one commit; large ones in files.

A file is whole under its name or not there: it is written aside, synced, renamed, and its folder synced. Nothing is ever rewritten.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import get_ident
from typing import Any

import msgspec
import zstandard
from sqlalchemy import Connection, bindparam, delete, select

from collector.store.quiet import put_new
from collector.store.tables import blob
from collector.store.turns import keeping
from model.canonical import digest
from model.trouble import Trouble

SMALL = 64 * 1024  # bytes when packed: below it the database's own log is faster than a file and its sync
LEVEL, SEEN = 3, 10_000
LARGEST = 1 << 30  # bytes of one blob when unpacked
DROP = delete(blob).where(blob.c.organisation == bindparam("org"), blob.c.sha256 == bindparam("name"))


class Packed(msgspec.Struct, frozen=True):
    """Bytes ready to be kept. `sha256`, `size`: of what was packed; `packing`: `zstd`, or `none` for what is packed already."""

    sha256: str
    size: int
    data: bytes
    packing: str = "zstd"


def packed(data: bytes) -> Packed:
    """The work that needs no database."""
    return Packed(digest(data), len(data), zstandard.ZstdCompressor(level=LEVEL).compress(data))


def as_it_is(data: bytes, name: str = "") -> Packed:
    """For what will not get smaller. `name`: its digest, where that is known."""
    return Packed(name or digest(data), len(data), data, "none")


class Blobs:
    """The blobs below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[Path] = set()

    def staged(self, organisation: str, item: Packed, at: str) -> dict[str, Any]:
        """The row of one; a large one is on disk, synced, when this returns."""
        small = len(item.data) <= SMALL
        if not small:
            self._durable(self.path(organisation, item.sha256), item.data)
        data = item.data if small else None
        row = {"organisation": organisation, "sha256": item.sha256, "size": item.size, "packing": item.packing}
        return {**row, "data": data, "kept_at": at}

    def keep(self, tx: Connection, organisation: str, items: Iterable[Packed], at: str) -> None:
        """Keep each, unless it is there; durable when the transaction is. A file that was let go meanwhile is written again."""
        keeping(tx, organisation)
        rows = {item.sha256: self.staged(organisation, item, at) for item in items}
        put_new(tx, blob, list(rows.values()))

    def read(self, tx: Connection, organisation: str, name: str) -> bytes:
        """The bytes; Trouble where they are not there, or not those that were kept."""
        for _, data in self.several(tx, organisation, [name]):
            return data
        raise Trouble(name[:19], "is kept no more, or never was", "see the erasures of this organisation")

    def several(self, tx: Connection, organisation: str, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """(digest, bytes) of those of `names` that are there."""
        for start in range(0, len(names), 500):
            some = names[start : start + 500]
            query = select(blob).where(blob.c.organisation == organisation, blob.c.sha256.in_(some))
            for row in tx.execute(query).all():
                data = row.data if row.data is not None else self._file(organisation, row.sha256)
                yield row.sha256, self._unpacked(row.sha256, row.size, row.packing, data)

    def drop(self, tx: Connection, organisation: str, names: Iterable[str]) -> list[Path]:
        """Forget blobs; the files to remove once the transaction stands."""
        gone = []
        for name in names:
            tx.execute(DROP, {"org": organisation, "name": name})
            gone.append(self.path(organisation, name))
        return gone

    def files(self) -> Iterator[Path]:
        """Every large one that is on disk."""
        yield from self._folder.glob("*/*/*.zst")

    def halves(self) -> Iterator[Path]:
        """What is being written, or was when the power went."""
        yield from self._folder.glob("*/*/*.part")

    def path(self, organisation: str, name: str) -> Path:
        """Where a large one stands."""
        hexed = name.removeprefix("sha256:")
        return self._folder / organisation / hexed[:2] / f"{hexed}.zst"

    def _file(self, organisation: str, name: str) -> bytes:
        path = self.path(organisation, name)
        try:
            return path.read_bytes()
        except OSError as fault:
            raise Trouble(str(path), f"cannot be read ({fault.strerror})", "restore it from a backup") from None

    def _unpacked(self, name: str, size: int, packing: str, data: bytes) -> bytes:
        if size > LARGEST:
            raise Trouble(name[:19], f"says that it has {size:,} bytes", "restore it from a backup")
        try:
            plain = packing == "none"
            found = data if plain else zstandard.ZstdDecompressor().decompress(data, max_output_size=size)
        except zstandard.ZstdError:
            found = b""
        if digest(found) != name:
            raise Trouble(name[:19], "is not what was kept: the store was damaged", "restore it from a backup")
        return found

    def _durable(self, path: Path, data: bytes) -> None:
        """On disk, and its name with it. What this process has seen to before need not be seen to again."""
        try:
            os.utime(path)  # a sweeper lets be what was touched lately
            there = path in self._seen
        except FileNotFoundError:
            there = False
        if not there:
            synced(self._written(path, data))
            if len(self._seen) > SEEN:
                self._seen.clear()
            self._seen.add(path)

    def _written(self, path: Path, data: bytes) -> Path:
        """The folder that has to be synced for the file to be there after a power cut."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.{os.getpid()}-{get_ident()}.part")  # two threads may write the same
            try:
                with part.open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(path)
            except OSError:
                part.unlink(missing_ok=True)
                raise
        return path.parent


def synced(folder: Path) -> None:
    """Bring a folder's own list of names to disk."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)

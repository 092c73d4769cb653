"""Packs that people bring: read within bounds, proofs run, kept by digest."""

import io
import zipfile
import zlib
from functools import lru_cache

import msgspec
from sqlalchemy import Connection

from collector.clock import stamp
from collector.place import Place
from collector.store.blobs import as_it_is
from collector.store.quiet import put_new
from collector.store.tables import pack
from fingerprints.check import faults
from fingerprints.pack import Pack, load
from model.canonical import digest
from model.trouble import Trouble

PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LARGEST = 64 * 1024 * 1024  # bytes that a pack may unpack to
MEMBERS = 20_000
REMEDY = "bring a pack.zip written by laydown"


class Brought(msgspec.Struct, frozen=True):
    """`sha256`: of the zip, as a policy names it; `digest`: of the pack, as reports name it."""

    sha256: str
    digest: str
    name: str
    size: int


def pack_in(data: bytes, where: str = "pack.zip", proven: bool = True) -> Pack:
    """The pack of a zip; Trouble where it is none, is a bomb, or fails its own proofs (`proven`)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = [entry.file_size for entry in archive.infolist()]
            if sum(sizes) > LARGEST or len(sizes) > MEMBERS:
                raise Trouble(where, f"unpacks to more than {LARGEST:,} bytes or {MEMBERS:,} files", REMEDY)
            if any(entry.compress_type not in PACKINGS for entry in archive.infolist()):
                raise Trouble(where, "packed in a way that no pack is", REMEDY)
            found = load(zipfile.Path(archive))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        UnicodeDecodeError,
        ValueError,
        OSError,
    ) as fault:
        raise Trouble(where, f"not a zip file that can be read ({str(fault)[:100]})", REMEDY) from None
    if wrong := faults(found) if proven else []:
        raise Trouble(
            where, f"{wrong[0]} (of {len(wrong)} faults)", "mend it; `laydown rules check --pack` lists every fault"
        )
    return found


def brought(place: Place, tx: Connection, org: str, data: bytes, name: str, by: str) -> Brought:
    """Keep a pack for an organisation; brought twice it is there once."""
    found = pack_in(data, name or "pack.zip")
    made = Brought(digest(data), found.digest, name[:200], len(data))
    place.blobs.keep(tx, org, [as_it_is(data, made.sha256)], stamp())
    put_new(tx, pack, [{"organisation": org, **msgspec.structs.asdict(made), "added_at": stamp(), "added_by": by}])
    return made


def held(place: Place, tx: Connection, org: str, sha256: str) -> Pack:
    """A pack that was brought: its proofs were run then."""
    return _loaded(place.blobs.read(tx, org, sha256))


@lru_cache(maxsize=4)
def _loaded(data: bytes) -> Pack:
    return pack_in(data, proven=False)


def shipped() -> Pack:
    """The pack that came with this program."""
    return load()


def zipped(found: Pack) -> bytes:
    """The pack as a zip, the same bytes for the same pack."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(found.parts.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()

"""Backup and restore: every table as lines, every large blob as a file, a manifest that is signed; the same for SQLite and PostgreSQL.

So a backup of one restores into the other. What is restored is checked before it is called done: digests, signatures, chains.
"""

import base64
import os
import shutil
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Any

import msgspec
import zstandard
from alembic import command
from sqlalchemy import Connection, LargeBinary, Table, insert, select, text

from collector.clock import stamp
from collector.files import held
from collector.intake.commits import head
from collector.place import DATABASE, KEY, Place, key_in, made, opened
from collector.settings import FILE
from collector.setup import ready_made
from collector.store.blobs import Blobs
from collector.store.schema import config, known, revision
from collector.store.tables import META, blob, organisation, parcel
from model.canonical import canonical
from model.keys import holds, keyid, signed
from model.receipt import FIRST, Receipt, broken
from model.statement import enveloped, pae
from model.statement import opened as envelope
from model.trouble import Trouble, UsageTrouble

KIND, SCHEMA = "application/vnd.laydown.backup+json", "laydown.backup/1"
MANIFEST, TABLES, ROOM = "manifest.dsse.json", "tables", "blobs"
SKIPPED = ("nonce",)
BATCH = 500


class Manifest(msgspec.Struct, frozen=True):
    """`tables`: {name: [rows, sha256 of the file]}; `heads`: {organisation: [number, sha256 of the newest receipt's payload]}."""

    schema: str
    made_at: str
    revision: str
    keyid: str
    tables: dict[str, tuple[int, str]]
    heads: dict[str, tuple[int, str]]
    blobs: int


def backed_up(place: Place, out: Path) -> Manifest:
    """Write a backup to a folder that is empty, or holds an earlier one: then blobs that are there are not copied again."""
    if out.exists() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise UsageTrouble(str(out), "holds something that is no backup", "name an empty folder")
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for folder in (out / TABLES, out / ROOM):  # for their owner alone, whatever the folder around them lets in
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
    (out / MANIFEST).unlink(missing_ok=True)  # half a backup must not pass for the one before it
    with held(place, wait=True, shared=True), place.store.system(snapshot=True) as tx:
        tables = {table.name: _dumped(tx, table, out) for table in META.sorted_tables if table.name not in SKIPPED}
        heads = {org: head(tx, org) for org in tx.execute(select(organisation.c.id)).scalars()}
        count = _copied(tx, place, out)
        at = revision(tx) or ""
    for name, mode in ((KEY, 0o600), (FILE, 0o600)):
        shutil.copyfile(place.folder / name, out / name)
        (out / name).chmod(mode)
    manifest = Manifest(SCHEMA, stamp(), at, place.keyid, tables, heads, count)
    payload = canonical(manifest)
    _synced(out / MANIFEST, enveloped(payload, signed(place.key, pae(KIND, payload)), place.keyid, KIND))
    return manifest


def _dumped(tx: Connection, table: Table, out: Path) -> tuple[int, str]:
    path, count = out / TABLES / f"{table.name}.jsonl.zst", 0
    with path.open("wb") as raw, zstandard.ZstdCompressor(level=3).stream_writer(raw, closefd=False) as file:
        for row in tx.execution_options(yield_per=BATCH).execute(select(table).order_by(*table.primary_key)):
            file.write(msgspec.json.encode(dict(row._mapping)) + b"\n")  # bytes become base64
            count += 1
    with path.open("rb") as again:
        os.fsync(again.fileno())
        return count, file_digest(again, "sha256").hexdigest()


def _copied(tx: Connection, place: Place, out: Path) -> int:
    there, kept = Blobs(out / ROOM), set[Path]()
    for row in tx.execute(select(blob.c.organisation, blob.c.sha256).where(blob.c.data.is_(None))):
        path = there.path(row.organisation, row.sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            shutil.copyfile(place.blobs.path(row.organisation, row.sha256), part)
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(path)
        kept.add(path)
    for path in set(there.files()) - kept:
        path.unlink()  # what was erased since the backup before is erased here too
    return len(kept)


def _synced(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def checked(source: Path) -> Manifest:
    """The manifest of a backup whose every file is what it was; Trouble naming the first that is not."""
    manifest = _manifest(source)
    for name, (_, sha256) in manifest.tables.items():
        path = source / TABLES / f"{name}.jsonl.zst"
        try:
            with path.open("rb") as file:
                same = file_digest(file, "sha256").hexdigest() == sha256
        except OSError as fault:
            raise Trouble(str(path), f"cannot be read ({fault.strerror})", "take another backup") from None
        if not same:
            raise Trouble(str(path), "is not the file that was written", "take another backup")
    return manifest


def _manifest(source: Path) -> Manifest:
    path = source / MANIFEST
    try:
        kind, payload, signatures = envelope(path.read_bytes(), str(path))
    except OSError as fault:
        raise UsageTrouble(
            str(path), f"cannot be read ({fault.strerror})", "name a folder that `backup` finished"
        ) from None
    key = key_in(source / KEY).public_key()
    if kind != KIND or not any(holds(key, one, pae(kind, payload)) for _, one in signatures):
        raise Trouble(str(path), "is not signed by the key beside it", "take another backup")
    found = msgspec.json.decode(payload, type=Manifest)
    if found.schema != SCHEMA or found.keyid != keyid(key):
        raise Trouble(
            str(path), f"schema {found.schema[:40]!r}, key {found.keyid[:12]}", "restore with the version that wrote it"
        )
    if found.revision not in known():
        raise Trouble(
            str(path), f"its schema {found.revision} is of a newer laydown-collector", "restore with that version"
        )
    return found


def restored(source: Path, folder: Path, database: str = "") -> Manifest:
    """Restore into a folder that is not there, or is empty; Trouble, and no folder left, where something is not as it was."""
    manifest = checked(source)
    if folder.exists() and any(folder.iterdir()):
        raise UsageTrouble(str(folder), "holds something already", "name a folder that is not there")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (KEY, FILE):
        shutil.copyfile(source / name, folder / name)
        (folder / name).chmod(0o600)
    _named(folder / FILE, database)
    database = database or f"sqlite:///{(folder / DATABASE).absolute()}"
    made(folder)
    if (source / ROOM).exists():
        shutil.copytree(source / ROOM, folder / ROOM, dirs_exist_ok=True)
        (folder / ROOM).chmod(0o700)
    place = opened(folder, database, checked=False)
    _filled(place, source, manifest)
    ready_made(place)
    verified(place, manifest)
    return manifest


def _named(path: Path, database: str) -> None:
    """The settings name the database that was restored into, not the one that was backed up."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.split("=")[0].strip() != "database"]
    named = [f"database = {msgspec.json.encode(database).decode()}"] if database else []
    path.write_text("\n".join([*named, *lines]) + "\n", "utf-8")


def _filled(place: Place, source: Path, manifest: Manifest) -> None:
    with place.store.system(write=True) as tx:
        if revision(tx) is not None:
            raise UsageTrouble("--database", "holds a collector already", "name an empty database")
        command.upgrade(config(tx), manifest.revision)
        for table in META.sorted_tables:
            if table.name in manifest.tables:
                _loaded(tx, table, source, manifest.tables[table.name][0])


def _loaded(tx: Connection, table: Table, source: Path, count: int) -> None:
    rows, total = [], 0
    for row in _rows(source / TABLES / f"{table.name}.jsonl.zst", table):
        rows.append(row)
        total += 1
        if len(rows) >= BATCH:
            tx.execute(insert(table), rows)
            rows = []
    if rows:
        tx.execute(insert(table), rows)
    if total != count:
        raise Trouble(table.name, f"{total} rows, {count} were written", "take another backup")
    counted = [one for one in table.primary_key if one.name == "id" and one.autoincrement is True]
    if counted and tx.dialect.name == "postgresql":
        tx.execute(
            text(
                f"select setval(pg_get_serial_sequence('{table.name}', 'id'), coalesce(max(id), 0) + 1, false) from {table.name}"
            )
        )


def _rows(path: Path, table: Table) -> Iterator[dict[str, Any]]:
    binary = [one.name for one in table.c if isinstance(one.type, LargeBinary)]
    with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as file:
        left = b""
        while piece := file.read(1 << 20):
            *lines, left = (left + piece).split(b"\n")
            for line in lines:
                row: dict[str, Any] = msgspec.json.decode(line)
                for name in binary:
                    row[name] = base64.b64decode(row[name]) if row[name] is not None else None
                yield row


def verified(place: Place, manifest: Manifest) -> None:
    """Every blob under its digest, every chain whole and with the head that was written; Trouble for the first that is not."""
    with place.store.system() as tx:
        for org, (number, sha256) in manifest.heads.items():
            rows = tx.execute(
                select(parcel.c.receipt, parcel.c.receipt_sha256)
                .where(parcel.c.organisation == org)
                .order_by(parcel.c.number)
            ).all()
            fault = broken((msgspec.json.decode(row.receipt, type=Receipt), row.receipt_sha256) for row in rows)
            if fault or (len(rows), rows[-1].receipt_sha256 if rows else FIRST) != (number, sha256):
                raise Trouble(org, fault or "the chain of receipts has another head", "take another backup")
        for row in tx.execute(select(blob.c.organisation, blob.c.sha256)).all():
            place.blobs.read(tx, row.organisation, row.sha256)

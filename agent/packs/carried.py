"""A pack as one signed file, for sites without a network: what is in it, who signed it, and whether both can be believed."""

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import msgspec

from agent.results import LONG_AGO, PACKINGS, zipped, zipped_pack
from agent.signing import keys
from agent.signing.said import FAILED, OK, UNCHECKED, Said
from fingerprints.ages import old_lists
from fingerprints.check import faults
from fingerprints.pack import Pack
from model.canonical import digest
from model.statement import PAYLOAD, Statement, Subject, enveloped, exact, pae, payload_of, statement_of
from model.trouble import Trouble, UsageTrouble

PREDICATE = "https://laydown.invalid/pack/v1"  # a name, not a place: .invalid is never reached (RFC 2606)
PACK, STATEMENT = "pack.zip", "pack.dsse.json"
OLD = "OLD"
LARGEST = 256 * 1024 * 1024  # bytes of a carried file
MOST_ENVELOPE = 1024 * 1024


class Carried(msgspec.Struct, frozen=True):
    """The file opened: the pack's bytes, and its envelope's."""

    pack: bytes
    envelope: bytes


def packed(pack: Pack, key: keys.Private, made_at: str, engine: str) -> bytes:
    """The signed file: pack.zip and a DSSE envelope over its digest. The same pack, key and time give the same bytes (Ed25519)."""
    data = zipped(pack)
    about = {"pack": pack.digest, "made_at": made_at, "engine": engine, "registry": dict(pack.registry.dates)}
    subject = Subject(PACK, {"sha256": digest(data).removeprefix("sha256:")})
    payload = payload_of(Statement((subject,), about, predicate_type=PREDICATE))
    envelope = enveloped(payload, keys.signed(key, pae(PAYLOAD, payload)), keys.keyid(key.public_key()))
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(PACK, LONG_AGO), data)
        archive.writestr(zipfile.ZipInfo(STATEMENT, LONG_AGO), envelope)
    return held.getvalue()


def opened(path: Path) -> Carried:
    """The two parts of a carried file; Trouble where it is none."""
    remedy = "name a file that `laydown rules export` wrote"
    try:
        if path.stat().st_size > LARGEST:
            raise Trouble(str(path), f"larger than {LARGEST:,} bytes", remedy)
        with zipfile.ZipFile(path) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            if set(sizes) != {PACK, STATEMENT} or sizes[STATEMENT] > MOST_ENVELOPE or sizes[PACK] > LARGEST:
                raise Trouble(str(path), f"does not hold {PACK} and {STATEMENT} alone", remedy)
            if any(entry.compress_type not in PACKINGS for entry in archive.infolist()):
                raise Trouble(str(path), "packed in a way that no pack is", remedy)
            return Carried(archive.read(PACK), archive.read(STATEMENT))
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", remedy) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise Trouble(str(path), f"no pack file ({fault})", remedy) from None


def bytes_of(path: Path) -> bytes:
    """A small file's bytes; UsageTrouble where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "name the file that ends in .pub") from None


def verified(path: Path, held: Carried, pub: keys.Public | None, now: datetime) -> Iterator[Said]:
    """Signature, digest, proofs and age of what was read from `path`, each said apart."""
    try:
        kind, payload, keyid, signature = exact(held.envelope, f"{path}, {STATEMENT}")
        statement = statement_of(payload, f"{path}, {STATEMENT}", PREDICATE)
    except Trouble as fault:
        yield Said("signature", FAILED, str(fault))
        return
    yield _signature(kind, payload, keyid, signature, pub)
    named = {subject.name: subject.digest.get("sha256", "") for subject in statement.subject}
    same = named.get(PACK) == digest(held.pack).removeprefix("sha256:")
    yield Said(f"digest of {PACK}", OK if same else FAILED, "" if same else "not the pack that was signed")
    yield from _knowledge(path, held, statement, now.date())


def _signature(kind: str, payload: bytes, keyid: str, signature: bytes, pub: keys.Public | None) -> Said:
    if kind != PAYLOAD:
        return Said("signature", FAILED, f"over another kind of payload ({kind[:60]!r})")
    if pub is None:
        return Said("signature", UNCHECKED, f"no --pub given; it names the key {keyid}")
    if not keys.holds(pub, signature, pae(kind, payload)):
        return Said("signature", FAILED, f"not by this key; it names {keyid}")
    return Said("signature", OK, f"key {keyid}")


def _knowledge(path: Path, held: Carried, statement: Statement, today: date) -> Iterator[Said]:
    try:
        pack = zipped_pack(BytesIO(held.pack), str(path))
    except Trouble as fault:
        yield Said("pack", FAILED, str(fault))
        return
    wanted = statement.predicate.get("pack")
    yield Said(
        "pack", OK if pack.digest == wanted else FAILED, pack.digest if pack.digest == wanted else "another digest"
    )
    found = faults(pack)
    yield Said("proofs", FAILED if found else OK, f"{len(found)} faults: {found[0]}" if found else _count(pack))
    old = old_lists(pack.registry.dates, today)
    yield Said("age", OLD if old else OK, f"old lists miss new makers: {', '.join(old)}" if old else "")


def _count(pack: Pack) -> str:
    return f"{len(pack.makers)} makers, {sum(len(maker.rule) for maker in pack.makers.values())} rules"

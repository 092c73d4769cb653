"""A result folder signed, and verified: each thing said apart, and what was not checked is said to be so."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from agent import spool
from agent.engine import engine
from agent.results import PACK, REPORT, pack_at, rendered, report_of, write
from agent.signing import keys
from model.canonical import digest
from model.statement import PAYLOAD, Statement, Subject, enveloped, opened, pae, payload_of, statement_of
from model.trouble import Trouble

FILE = "statement.dsse.json"
SIGNED = (REPORT, spool.FILE, PACK)
OPTIONAL = {"root.json": "merkle-root"}  # of `laydown disclose`
OK, FAILED, UNCHECKED = "ok", "FAILED", "NOT CHECKED"


class Said(msgspec.Struct, frozen=True):
    """One thing verified. `state`: ok, FAILED or NOT CHECKED; `why`: in words, "" where nothing is to be added."""

    what: str
    state: str
    why: str = ""


def sign(folder: Path, key: keys.Private) -> Path:
    """Write statement.dsse.json over the folder's files; Trouble where one of them is missing."""
    report, _ = report_of(folder)
    inputs = report.inputs
    about = {
        "site": report.site.id,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
        "evidence": inputs.evidence,
        "pack": inputs.pack,
        "engine": inputs.engine,
    }
    names = [*((name, name) for name in SIGNED), *((f, name) for f, name in OPTIONAL.items() if (folder / f).exists())]
    subjects = tuple(Subject(name, {"sha256": _digest(folder / file)}) for file, name in names)
    payload = payload_of(Statement(subjects, about))
    data = enveloped(payload, keys.signed(key, pae(PAYLOAD, payload)), keys.keyid(key.public_key()))
    write(folder / FILE, data)
    return folder / FILE


def _digest(path: Path) -> str:
    try:
        return digest(path.read_bytes()).removeprefix("sha256:")
    except OSError as fault:
        raise Trouble(str(path), f"cannot be read ({fault.strerror})", "sign a whole result folder") from None


def verified(folder: Path, key: keys.Public | None) -> Iterator[Said]:
    """Signature, subjects, evidence, and the report made again from its evidence and pack: each apart, whatever the others say."""
    path = folder / FILE
    try:
        kind, payload, signatures = opened(path.read_bytes(), str(path))
        statement = statement_of(payload, str(path))
    except FileNotFoundError:
        # Who names a key expects its signature: taking the envelope away must not pass.
        yield Said("signature", FAILED if key else UNCHECKED, f"no {FILE}: nobody has signed this folder")
    except (Trouble, OSError) as fault:
        yield Said("signature", FAILED, str(fault))
    else:
        yield _signature(kind, payload, signatures, key)
        for subject in statement.subject:
            yield _subject(folder, subject)
        for name in sorted(set(SIGNED) - {subject.name for subject in statement.subject}):
            yield Said(f"digest of {name}", FAILED, "the statement does not speak of it")
    yield _evidence(folder)
    yield _again(folder)


def _signature(kind: str, payload: bytes, signatures: list[tuple[str, bytes]], key: keys.Public | None) -> Said:
    named = ", ".join(keyid for keyid, _ in signatures)
    if kind != PAYLOAD:
        return Said("signature", FAILED, f"over another kind of payload ({kind[:60]!r})")
    if key is None:
        return Said("signature", UNCHECKED, f"no --pub given; it names the key {named}")
    good = any(keys.holds(key, signature, pae(kind, payload)) for _, signature in signatures)
    return Said(
        "signature", OK if good else FAILED, f"key {keys.keyid(key)}" if good else f"not by this key; it names {named}"
    )


def _subject(folder: Path, subject: Subject) -> Said:
    file = next((f for f, name in OPTIONAL.items() if name == subject.name), subject.name)
    if file not in (*SIGNED, *OPTIONAL):
        return Said(f"digest of {subject.name}", FAILED, "a file that no result folder has")
    try:
        same = _digest(folder / file) == subject.digest.get("sha256", "")
    except Trouble as fault:
        return Said(f"digest of {file}", FAILED, str(fault))
    return Said(f"digest of {file}", OK if same else FAILED, "" if same else "not the file that was signed")


def _evidence(folder: Path) -> Said:
    """Each line by its own id, each large body by its own digest."""
    lost: list[str] = []
    try:
        count = sum(1 for _ in spool.read(folder, lost.append))
    except (Trouble, OSError) as fault:
        return Said("evidence", FAILED, str(fault))
    if lost:
        return Said("evidence", FAILED, f"{len(lost)} of it cannot be used: {lost[0]}")
    return Said("evidence", OK, f"{count:,} exchanges, each by its own digest")


def _again(folder: Path) -> Said:
    """The report from its evidence and pack, byte for byte, if this is the engine that made it."""
    from agent.readers import readers
    from fingerprints.assess import assess

    try:
        report, own = report_of(folder)
        if report.inputs.engine != engine():
            return Said("report made again", UNCHECKED, f"not re-derived: needs engine {report.inputs.engine}")
        again = assess(spool.read(folder, lambda _: None), readers(), pack_at(folder / PACK, proven=False), engine())
        same = digest(rendered("json", again)) == own
    except (Trouble, OSError) as fault:
        return Said("report made again", FAILED, str(fault))
    return Said("report made again", OK if same else FAILED, "" if same else "another report than the one here")

"""A result folder signed, and verified: each thing said apart, and what was not checked is said to be so."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from agent import spool
from agent.engine import engine
from agent.plain_file import bytes_of
from agent.results import PACK, REPORT, pack_at, rendered, report_of, write
from agent.signing import keys, roots
from agent.signing.said import FAILED, OK, UNCHECKED, Said
from model.canonical import digest
from model.statement import PAYLOAD, Statement, Subject, enveloped, exact, pae, payload_of, statement_of
from model.trouble import Missing, Trouble

FILE, STAMP = "statement.dsse.json", "statement.tsr"
SIGNED = (REPORT, spool.FILE, PACK)
EXTRA = "pip install 'laydown[paper]'"


def sign(folder: Path, key: keys.Private, tsa: str = "") -> Path:
    """Write statement.dsse.json over the folder's files, and statement.tsr over it by the authority at `tsa`; Trouble if one is missing.

    Where something was disclosed, its root is one of the subjects, and root.dsse.json is written to go along with extracts.
    """
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
    root = roots.root_in(folder, bytes_of(folder / REPORT))
    subjects = [Subject(name, {"sha256": _digest(folder / name)}) for name in SIGNED]
    payload = payload_of(Statement((*subjects, *([roots.subject(root)] if root else ())), about))
    data = enveloped(payload, keys.signed(key, pae(PAYLOAD, payload)), keys.keyid(key.public_key()))
    stamp = _stamped(tsa, data) if tsa else b""
    (folder / STAMP).unlink(missing_ok=True)  # one of an earlier signature would prove nothing of this one
    write(folder / FILE, data)
    if stamp:
        write(folder / STAMP, stamp)
    if root:
        write(folder / roots.FILE, roots.signed(root, key))
    return folder / FILE


def _stamped(tsa: str, data: bytes) -> bytes:
    try:
        from agent.signing.stamps import stamped
    except ModuleNotFoundError as fault:
        raise Missing(str(fault.name), "not installed, so no time stamp can be had", EXTRA) from None
    return stamped(tsa, data)


def _digest(path: Path) -> str:
    try:
        return digest(bytes_of(path)).removeprefix("sha256:")
    except OSError as fault:
        raise Trouble(str(path), f"cannot be read ({fault.strerror})", "sign a whole result folder") from None


def verified(folder: Path, key: keys.Public | None, trust: Any = None) -> Iterator[Said]:
    """Signature, subjects, evidence, and the report made again from its evidence and pack: each apart, whatever the others say.

    `trust`: a chain.Trust for the time stamp; None where no authority was named.
    """
    path = folder / FILE
    try:
        data = bytes_of(path)
        kind, payload, keyid, signature = exact(data, str(path))
        statement = statement_of(payload, str(path))
    except FileNotFoundError:
        # Who names a key expects its signature: taking the envelope away must not pass.
        yield Said("signature", FAILED if key else UNCHECKED, f"no {FILE}: nobody has signed this folder")
    except (Trouble, OSError) as fault:
        yield Said("signature", FAILED, str(fault))
    else:
        yield _signature(kind, payload, keyid, signature, key)
        if (folder / STAMP).exists():
            yield _stamp(path, data, trust)
        for subject in statement.subject:
            yield _subject(folder, subject)
        for name in sorted(set(SIGNED) - {subject.name for subject in statement.subject}):
            yield Said(f"digest of {name}", FAILED, "the statement does not speak of it")
    yield _evidence(folder)
    yield _again(folder)


def _signature(kind: str, payload: bytes, keyid: str, signature: bytes, key: keys.Public | None) -> Said:
    if kind != PAYLOAD:
        return Said("signature", FAILED, f"over another kind of payload ({kind[:60]!r})")
    if key is None:
        return Said("signature", UNCHECKED, f"no --pub given; it names the key {keyid[:64]}")
    if keyid == keys.keyid(key) and keys.holds(key, signature, pae(kind, payload)):
        return Said("signature", OK, f"key {keyid}")
    return Said("signature", FAILED, f"not by this key; it names {keyid[:64]}")


def _stamp(path: Path, data: bytes, trust: Any) -> Said:
    try:
        from agent.signing.chain import Trust
        from agent.signing.stamps import beside
    except ModuleNotFoundError as fault:
        return Said("time stamp of the statement", UNCHECKED, f"{fault.name} is not installed: {EXTRA}")
    return beside(path, data, trust or Trust())


def _subject(folder: Path, subject: Subject) -> Said:
    if subject.name not in (*SIGNED, roots.SUBJECT):
        return Said(f"digest of {subject.name}", FAILED, "a file that no result folder has")
    what = f"digest of {subject.name}" if subject.name in SIGNED else "root of extracts"
    try:
        same = subject.digest.get("sha256", "") == _now(folder, subject.name)
    except (Trouble, OSError) as fault:
        return Said(what, FAILED, str(fault))
    return Said(what, OK if same else FAILED, "" if same else "not the one that was signed")


def _now(folder: Path, name: str) -> str:
    """What a subject's digest should be by what is here."""
    if name in SIGNED:
        return _digest(folder / name)
    root = roots.root_in(folder, bytes_of(folder / REPORT))
    return root.root if root else ""


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
    from agent.dialogues import dialogues
    from agent.readers import readers
    from agent.room import DiskRoom
    from fingerprints.assess import assessed

    try:
        report, own = report_of(folder)
        if report.inputs.engine != engine():
            return Said("report made again", UNCHECKED, f"not re-derived: needs engine {report.inputs.engine}")
        room = DiskRoom(Path(gettempdir()))  # the folder itself may be read alone
        groups = dialogues(folder, room, lambda _: None)
        again = assessed(groups, readers(), pack_at(folder / PACK, proven=False), engine(), room)
        same = digest(rendered("json", again)) == own
    except (Trouble, OSError) as fault:
        return Said("report made again", FAILED, str(fault))
    return Said("report made again", OK if same else FAILED, "" if same else "another report than the one here")

"""Evidence on disk as it arrives: DIR/evidence.jsonl, a line each, and DIR/bodies for what is longer than 4 KB.

What is written is never rewritten. A run that was killed leaves at most half a line at the end: it is cut off, with a
notice, before anything is added. Every other line that cannot be read is reported by its number and stays where it is.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from agent.plain_file import bytes_of, plain
from model.canonical import digest
from model.evidence import DIGEST, INLINE, Evidence, line, parsed
from model.trouble import Trouble, UsageTrouble

FILE, BODIES = "evidence.jsonl", "bodies"
SYNC_EVERY = 256  # lines between two fsyncs: what a power cut may take; a killed process loses none
LONGEST = 1 << 20  # bytes of a line: a body of 4 KB and a question fit many times
Notice = Callable[[str], None]


class Spool:
    """Appends to the spool of `folder`, made if need be; `close`, or the end of its `with`, brings all to disk.

    Evidence already there is not written twice. Trouble names the path where the disk is full or not to be written.
    """

    def __init__(self, folder: Path, notice: Notice = lambda _: None) -> None:
        self._folder = folder
        self._path = folder / FILE
        self._since_sync = 0
        with told(self._path):
            folder.mkdir(parents=True, exist_ok=True)
            _cut_half_line(self._path, notice)
        self._known = {found.id for found in read(folder, notice, bodies=False)} if self._path.exists() else set()
        with told(self._path):
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            self._size = os.fstat(self._file).st_size

    def write(self, evidence: Evidence) -> None:
        """Append `evidence`, its long body first. On Trouble everything before it is kept, and the file still reads."""
        if evidence.id in self._known:
            return
        if evidence.body is not None and len(evidence.body) > INLINE:
            self._write_body(evidence.body)
        self._append(line(evidence) + b"\n")
        self._known.add(evidence.id)

    def close(self) -> None:
        """Bring all to disk."""
        if self._file >= 0:
            with told(self._path):
                os.fsync(self._file)
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _append(self, data: bytes) -> None:
        with told(self._path):
            try:
                if os.write(self._file, data) != len(data):
                    raise OSError(errno.ENOSPC, "No space left on device")
            except OSError:
                os.ftruncate(self._file, self._size)  # no half line stays behind
                raise
            self._size += len(data)
            self._since_sync += 1
            if self._since_sync >= SYNC_EVERY:
                os.fsync(self._file)
                self._since_sync = 0

    def _write_body(self, body: bytes) -> None:
        """Whole or not at all: a temporary file that is renamed when it is on disk."""
        path = _body_path(self._folder, digest(body)[7:])
        if path.exists():
            return
        half = path.with_suffix(".part")
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with half.open("wb") as file:
                    file.write(body)
                    file.flush()
                    os.fsync(file.fileno())
                half.rename(path)
            except OSError:
                half.unlink(missing_ok=True)
                raise


def read(folder: Path, notice: Notice = lambda _: None, bodies: bool = True) -> Iterator[Evidence]:
    """The evidence of `folder` in the order it came, doubles left out. `bodies`: load the long ones too.

    `notice` hears one line of text for each line that cannot be used, and for a half line at the end. A folder without
    a spool, or one that cannot be read, is Trouble.
    """
    path = folder / FILE
    seen: set[str] = set()
    for number, raw, whole in lines(path):
        where = f"{path}:{number}"
        try:
            found = usable(folder, raw, where) if bodies else parsed(raw, where)
        except Trouble as fault:
            notice(str(fault) if whole else f"{where}: half a line, left by a run that was killed: it is not used")
            continue
        if found.id not in seen:
            seen.add(found.id)
            yield found


def usable(folder: Path, raw: bytes, where: str) -> Evidence:
    """The evidence of one line of `folder` with its body; Trouble naming `where` if either cannot be used."""
    return _with_body(folder, parsed(raw, where), where)


def copy(source: Path, folder: Path) -> None:
    """The evidence of `source`, as it stands, in `folder` too, so that what is judged there can be judged again from there.

    UsageTrouble where `folder` holds evidence that `source` does not: nothing is ever written over it.
    """
    if source.resolve() == folder.resolve():
        return
    _none_of_its_own(source, folder)
    made: list[Path] = []
    with told(folder / FILE):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            # The lines come last, in one step: half a copy would pass for the whole evidence.
            for path in (*_bodies(source), source / FILE):
                there = folder / path.relative_to(source)
                if path.is_file():
                    part = there.with_name(there.name + ".part")
                    made += [] if there.exists() else [there]
                    made.append(part)
                    there.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, part)
                    part.replace(there)
        except OSError as fault:
            for path in made:
                path.unlink(missing_ok=True)
            for path in sorted((folder / BODIES, *(folder / BODIES).rglob("*")), reverse=True):
                with contextlib.suppress(OSError):  # only what is empty goes
                    path.rmdir()
            raise OSError(fault.errno, fault.strerror, str(folder / FILE)) from None


def _bodies(source: Path) -> list[Path]:
    """The long bodies there, under their own names. A link is none: a stranger's would take a file of this machine along."""
    return [
        path for path in sorted((source / BODIES).rglob("*")) if DIGEST.fullmatch(path.name) and not path.is_symlink()
    ]


def _none_of_its_own(source: Path, folder: Path) -> None:
    """UsageTrouble unless every line of `folder`, whether it can be read or not, stands in `source` too."""
    if (folder / FILE).exists():
        known = {raw for _, raw, _ in lines(source / FILE)}
        if any(raw not in known for _, raw, _ in lines(folder / FILE)):
            raise UsageTrouble(str(folder), "holds other evidence, which would be lost", "name another folder with -o")


def lines(path: Path, blank: bool = False) -> Iterator[tuple[int, bytes, bool]]:
    """(number, line without its newline, whether it had one); empty lines left out unless `blank`."""
    with told(path):
        plain(path)
    with told(path), path.open("rb") as file:
        for number, raw in enumerate(iter(lambda: file.readline(LONGEST), b""), 1):
            if blank or raw.strip():
                yield number, raw.rstrip(b"\n"), raw.endswith(b"\n")


def _with_body(folder: Path, found: Evidence, where: str) -> Evidence:
    answer = found.observation.answer
    if answer is None or found.body is not None:
        return found
    path = _body_path(folder, answer.sha256)
    try:
        body = bytes_of(path, answer.size)
    except OSError as fault:
        raise Trouble(where, f"its body {path}: {fault.strerror}", "restore the file from a copy") from None
    if len(body) != answer.size or digest(body)[7:] != answer.sha256:
        raise Trouble(where, f"its body {path} does not match its digest", "restore the file from a copy")
    return msgspec.structs.replace(found, body=body)


def _body_path(folder: Path, sha256: str) -> Path:
    return folder / BODIES / sha256[:2] / sha256


def _cut_half_line(path: Path, notice: Notice) -> None:
    """Cut what follows the last newline."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        start = end = file.seek(0, os.SEEK_END)
        found = -1
        while start and found < 0:  # a power cut may leave millions of zeros
            start = max(0, start - LONGEST)
            file.seek(start)
            found = file.read(LONGEST).rfind(b"\n")
        keep = start + found + 1
        if keep < end:
            file.truncate(keep)
            notice(f"{path}: {end - keep} bytes of a half line at the end were cut off")


class told:
    """Turns an OSError into Trouble that names the path and the remedy."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        if isinstance(fault, OSError):
            full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
            remedy = "free some space and run the same command again" if full else "check the path and its rights"
            raise Trouble(str(fault.filename or self._path), fault.strerror or str(fault), remedy) from None

"""Files become evidence: which kind each is, what it is called in reports, and what of it could not be read."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from os import fsencode
from pathlib import Path
from types import ModuleType

from agent import spool
from agent.ask import Source
from agent.plain_file import bytes_of
from model.evidence import Evidence
from model.folder import module, modules, names
from model.times import written
from model.trouble import Trouble, UsageTrouble

ROOM = "agent.imports"
HEAD = 4096  # bytes that a kind is guessed from
_PACKED = (
    (b"PK\x03\x04", "save a workbook's sheet as CSV, unpack an archive"),
    (b"\x1f\x8b", "unpack it with gunzip"),
    (b"\xd0\xcf\x11\xe0", "save the sheet as CSV"),
    (b"%PDF", "import the table that it was made from, as CSV"),
)
Tell = Callable[[str], None]
Mapping = tuple[tuple[str, str], ...]  # (field, column) of a table, as the user named them


def files(paths: list[Path]) -> list[Path]:
    """The files named, and those inside named folders, each once and in order. UsageTrouble where there is none."""
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise UsageTrouble(str(path), "no such file or folder", "check the path")
        inside = [path] if path.is_file() else _inside(path)
        if not inside:
            raise UsageTrouble(str(path), "holds no file", "name a file, or a folder with files")
        found.update(dict.fromkeys(inside))
    return list(found)


def _inside(folder: Path) -> list[Path]:
    """Files of a folder; of a result folder only its evidence, since the rest was made from it.

    What is no file is among them, to be named when it is read: nothing is passed over in silence.
    """
    own = folder / spool.FILE
    if own.exists():
        return [own]
    return sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def origins(found: list[Path]) -> dict[Path, str]:
    """The shortest ending of each path that no other file shares: a report need not tell how the machine is laid out."""
    depths = dict.fromkeys(found, 1)
    while True:
        given = {path: _written("/".join(path.absolute().parts[-depth:])) for path, depth in depths.items()}
        count = Counter(given.values())
        doubled = [
            path for path, name in given.items() if count[name] > 1 and depths[path] < len(path.absolute().parts)
        ]
        if not doubled:
            return given
        for path in doubled:
            depths[path] += 1


def _written(name: str) -> str:
    """A name as text: bytes of it that are not UTF-8 as `\\xff`. Evidence and reports hold no other."""
    return fsencode(name).decode("utf-8", "backslashreplace")


def known(kind: str | None) -> None:
    """UsageTrouble if `kind` is given and no import is called so."""
    if kind is not None and kind.replace("-", "_") not in names(ROOM):
        raise UsageTrouble(f"--kind {kind}", "no such kind of file", f"choose one of: {_kinds()}")


def mapped(named: Sequence[str], kind: str | None) -> Mapping:
    """`field=Column` words as pairs. UsageTrouble for a word of another shape, an unknown field, or a kind without columns."""
    from agent.imports._inventory import FIELDS

    if named and kind not in (None, "csv"):
        raise UsageTrouble("--map", f"--kind {kind} has no columns to name", "leave --map out, or say --kind csv")
    pairs = [tuple(map(str.strip, word.split("=", 1))) for word in named]
    for word, pair in zip(named, pairs, strict=True):
        if len(pair) != 2 or pair[0] not in FIELDS or not pair[1]:
            raise UsageTrouble(
                f"--map {word}", "not FIELD=COLUMN", f"fields: {', '.join(FIELDS)}; as --map mac='MAC Address'"
            )
    return tuple((field, column) for field, column in pairs)


def _kinds() -> str:
    return ", ".join(name.replace("_", "-") for name in names(ROOM))


class Taken:
    """The evidence of one file, to be gone through once; what of it could not be read is told, and stands in `faults` afterwards."""

    def __init__(self, path: Path, origin: str, kind: str | None, tell: Tell, mapping: Mapping = ()) -> None:
        self.faults: list[str] = []
        self._file = (path, origin, kind)
        self._mapping = mapping
        self._tell = tell

    def __iter__(self) -> Iterator[Evidence]:
        try:
            yield from evidence_of(*self._file, self._told, self._mapping)
        except Trouble as fault:
            path, origin, _ = self._file
            where = str(path) if fault.where == origin else fault.where
            self._tell(str(Trouble(where, fault.what, fault.remedy)))
            self.faults.append(fault.what)

    def _told(self, text: str) -> None:
        self._tell(text)
        self.faults.append(text.removeprefix(f"{self._file[0]}: "))


def evidence_of(path: Path, origin: str, kind: str | None, tell: Tell, mapping: Mapping = ()) -> Iterator[Evidence]:
    """Evidence of one file. Trouble, naming it, if it cannot be read or is of no known kind; single bad lines go to `tell`."""
    if path.name == spool.FILE and kind in (None, "evidence"):
        yield from _spooled(path, tell)
        return
    data, seen_at = _read(path)
    if not data.strip():
        raise Trouble(
            str(path), "is empty", "remove it from the list, or record it again; the other files are imported"
        )
    reader = module(ROOM, kind.replace("-", "_")) if kind else _guessed(path, data)
    for one in reader.take(Source(origin, data, seen_at, mapping)):
        if one.observation.status == "failed":
            tell(f"{path}: {one.observation.asked}")
        yield one


def _read(path: Path) -> tuple[bytes, str]:
    """The file's bytes and its own time."""
    if not path.is_file():
        what = "is no file" if path.exists() else "cannot be read (a link that leads nowhere)"
        raise Trouble(str(path), what, "name the file itself; the other files are imported")
    try:
        return _unmarked(bytes_of(path)), written(datetime.fromtimestamp(path.stat().st_mtime, UTC))
    except OSError as fault:
        what = f"cannot be read ({fault.strerror})"
        raise Trouble(str(path), what, "check its rights; the other files are imported") from None
    except (ValueError, OverflowError):
        raise Trouble(
            str(path), "was changed at a time no calendar has", "`touch` it; the other files are imported"
        ) from None


def _unmarked(data: bytes) -> bytes:
    """Text that bears a byte order mark as UTF-8 without it: PowerShell writes UTF-16 whatever program it was that printed."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data
    text = data.decode("utf-16", "replace")
    head, more = text[:200], text[200:]
    return (re.sub("(?i)encoding=([\"'])utf-16(?:le|be)?([\"'])", r"encoding=\1UTF-8\2", head) + more).encode(
        "utf-8", "replace"
    )


def _spooled(path: Path, tell: Tell) -> Iterator[Evidence]:
    some = False
    for one in spool.read(path.parent, tell):
        some = True
        yield one
    if not some:
        raise Trouble(
            str(path), "holds no evidence that can be used", "restore it from a copy; the other files are imported"
        )


def _guessed(path: Path, data: bytes) -> ModuleType:
    fits = [found for found in modules(ROOM).values() if found.sniff(path.name, data[:HEAD])]
    if len(fits) == 1:
        return fits[0]
    what = (
        "is of no kind this program knows"
        if not fits
        else f"could be {' or '.join(f.__name__.rsplit('.')[-1] for f in fits)}"
    )
    packed = next((remedy for mark, remedy in _PACKED if data.startswith(mark)), "")
    remedy = packed or f"say which with --kind ({_kinds()})"
    raise Trouble(str(path), what, f"{remedy}; the other files are imported")

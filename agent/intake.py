"""Files become evidence: which kind each is, what it is called in reports, and what of it could not be read."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from agent import spool
from agent.ask import Source
from model.evidence import Evidence
from model.folder import module, modules
from model.times import written
from model.trouble import Trouble, UsageTrouble

ROOM = "agent.imports"
HEAD = 4096  # bytes that a kind is guessed from
Tell = Callable[[str], None]


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
    """Files of a folder; of a result folder only its evidence, since the rest was made from it."""
    own = folder / spool.FILE
    return [own] if own.exists() else sorted(path for path in folder.rglob("*") if path.is_file())


def origins(found: list[Path]) -> dict[Path, str]:
    """The shortest ending of each path that no other file shares: a report need not tell how the machine is laid out."""
    names = {path: 1 for path in found}
    while True:
        given = {path: "/".join(path.absolute().parts[-depth:]) for path, depth in names.items()}
        count = Counter(given.values())
        doubled = [path for path, name in given.items() if count[name] > 1 and names[path] < len(path.absolute().parts)]
        if not doubled:
            return given
        for path in doubled:
            names[path] += 1


def evidence_of(path: Path, origin: str, kind: str | None, tell: Tell) -> Iterator[Evidence]:
    """Evidence of one file. Trouble, naming it, if it cannot be read or is of no known kind; single bad lines go to `tell`."""
    if path.name == spool.FILE and kind in (None, "evidence"):
        yield from spool.read(path.parent, tell)
        return
    try:
        data = path.read_bytes()
        seen_at = written(datetime.fromtimestamp(path.stat().st_mtime, UTC))
    except OSError as fault:
        raise Trouble(
            str(path), f"cannot be read ({fault.strerror})", "check its rights; the other files are imported"
        ) from None
    if not data.strip():
        raise Trouble(
            str(path), "is empty", "remove it from the list, or record it again; the other files are imported"
        )
    reader = module(ROOM, kind.replace("-", "_")) if kind else _guessed(path, data)
    for one in reader.take(Source(origin, data, seen_at)):
        if one.observation.status == "failed":
            tell(f"{path}: {one.observation.asked}")
        yield one


def _guessed(path: Path, data: bytes) -> ModuleType:
    fits = [found for found in modules(ROOM).values() if found.sniff(path.name, data[:HEAD])]
    if len(fits) == 1:
        return fits[0]
    known = ", ".join(modules(ROOM))
    what = (
        "is of no kind this program knows"
        if not fits
        else f"could be {' or '.join(f.__name__.rsplit('.')[-1] for f in fits)}"
    )
    raise Trouble(str(path), what, f"say which with --kind ({known}); the other files are imported")

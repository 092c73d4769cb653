"""Files of blobs that are needed no more: removed, unless a backup is reading them, or somebody begins to need them."""

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection, select

from collector.place import Place
from collector.store.tables import blob
from collector.store.turns import letting_go

LOCK = "hold.lock"
MOST = 200  # files of one transaction, for which others wait


def removed(place: Place, files: list[Path]) -> None:
    """Remove files that are needed no more: not even again. While a backup is made they stay, and are swept later."""
    with held(place, wait=False) as mine:
        if mine:
            unlinked(place, (path for path in files if path.exists()), lambda _: True)


def unlinked(place: Place, files: Iterable[Path], may: Callable[[Path], bool]) -> int:
    """Remove those that no row names and that `may` go, asked while nobody can begin to need them; how many."""
    count = 0
    for org, ours in groupby(sorted(files), _organisation):
        left = list(ours)
        for start in range(0, len(left), MOST):
            with place.store.system(write=True) as tx:
                letting_go(tx, org)
                for path in left[start : start + MOST]:
                    if not needed(tx, path) and may(path):
                        path.unlink(missing_ok=True)
                        count += 1
    return count


def _organisation(path: Path) -> str:
    return path.parent.parent.name


def needed(tx: Connection, path: Path) -> bool:
    """Whether a row names the file of a blob."""
    org, name = _organisation(path), f"sha256:{path.name.partition('.')[0]}"
    query = select(blob.c.sha256).where(blob.c.organisation == org, blob.c.sha256 == name, blob.c.data.is_(None))
    return tx.execute(query).first() is not None


@contextmanager
def held(place: Place, wait: bool, shared: bool = False) -> Iterator[bool]:
    """The right to remove files (or, shared, to read them all); False where somebody else has it and `wait` is not said."""
    with (place.folder / LOCK).open("ab") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True

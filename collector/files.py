"""Files of blobs that are needed no more: removed, unless a backup is reading them."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from collector.place import Place
from collector.store.tables import blob

LOCK = "hold.lock"


def removed(place: Place, files: list[Path]) -> None:
    """Remove files that are needed no more: not even again. While a backup is made they stay, and are swept later."""
    with held(place, wait=False) as mine:
        for path in files if mine else ():
            if path.exists() and not needed(place, path):
                path.unlink(missing_ok=True)


def needed(place: Place, path: Path) -> bool:
    """Whether a row names the file of a blob."""
    org, name = path.parent.parent.name, f"sha256:{path.name.partition('.')[0]}"
    query = select(blob.c.sha256).where(blob.c.organisation == org, blob.c.sha256 == name, blob.c.data.is_(None))
    with place.store.system() as tx:
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

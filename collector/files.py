"""Files of blobs that are needed no more: removed, unless a backup is reading them."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collector.place import Place

LOCK = "hold.lock"


def removed(place: Place, files: list[Path]) -> None:
    """Remove files that are needed no more. While a backup is made they stay, and are swept later."""
    with held(place, wait=False) as mine:
        for path in files if mine else ():
            path.unlink(missing_ok=True)


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

"""DIR while a run writes there: no other one does, and what results mean is said before the first of them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.spool import FILE
from model.trouble import UsageTrouble

WRITING = "another scan is writing here"
POSSESSION = (
    "what this scan finds becomes information in the entity's possession; a covered device found in the performance of a "
    "contract can start a reporting clock of one business day (FAR 52.204-25(d)). Said once for this folder"
)


@contextmanager
def alone(folder: Path, what: str = WRITING, remedy: str = "wait for it, or choose another -o") -> Iterator[None]:
    """Two runs into one folder would ask everything twice. UsageTrouble if another one is there."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = _handle(folder)
    try:
        if not _locked(handle):
            raise UsageTrouble(str(folder), what, remedy)
        yield
    finally:
        os.close(handle)


def _handle(folder: Path) -> int:
    """The folder itself, or a file in it where folders cannot be opened."""
    if os.name == "posix":
        return os.open(folder, os.O_RDONLY)
    return os.open(folder / ".busy", os.O_CREAT | os.O_RDWR)


def _locked(handle: int) -> bool:
    """Whether this process alone has it now, until it closes it or dies. Each kind of system has its own way."""
    try:
        import fcntl
    except ImportError:
        return _locked_elsewhere(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _locked_elsewhere(handle: int) -> bool:
    try:
        import msvcrt
    except ImportError:  # neither: two runs into one folder are not kept apart
        return True
    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError:
        return False
    return True


def first(folder: Path) -> bool:
    """Whether nothing was ever kept in `folder`."""
    return not (folder / FILE).exists()

"""DIR while a run writes there: no other one does, and what results mean is said before the first of them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.spool import FILE
from model.trouble import UsageTrouble

POSSESSION = (
    "what this scan finds becomes information in the entity's possession; a covered device found in the performance of a "
    "contract can start a reporting clock of one business day (FAR 52.204-25(d)). Said once for this folder"
)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Two runs into one folder would ask everything twice. UsageTrouble if another one is there."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise UsageTrouble(str(folder), "another scan is writing here", "wait for it, or choose another -o") from None
    finally:
        os.close(handle)


def first(folder: Path) -> bool:
    """Whether nothing was ever kept in `folder`."""
    return not (folder / FILE).exists()

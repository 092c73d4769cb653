"""One run of something long for all of xdist's processes: who asks first makes it, the others wait and look at what it left."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def _room() -> Path:
    """A folder that every user may write to, one for all processes of this test run. Who leaves last takes it away."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}")
    made = Path(tempfile.gettempdir()) / f"tests-site-{run}"
    mine = made / "users" / str(os.getpid())
    mine.parent.mkdir(parents=True, exist_ok=True)
    made.chmod(0o777)
    mine.touch()

    def leave() -> None:
        mine.unlink(missing_ok=True)
        if not any(mine.parent.iterdir()):
            shutil.rmtree(made, ignore_errors=True)

    atexit.register(leave)
    return made


ROOM = _room()


def once(name: str, build: Callable[[Path], None]) -> Path:
    """The folder that `build(folder)` has filled, here or in another process of this test run."""
    with (ROOM / f"{name}.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        made, done = ROOM / name, ROOM / f"{name}.done"
        if not done.exists():
            shutil.rmtree(made, ignore_errors=True)  # what somebody failed on
            made.mkdir()
            made.chmod(0o777)
            build(made)
            done.touch()
        return made

"""The bytes of a file that somebody else may have laid there: a plain one, and no longer than is borne.

A folder that a stranger packed may hold a pipe that nobody writes to, or a link to a device that never ends.
"""

import errno
import os
import stat
from pathlib import Path

LARGEST = 1 << 30  # bytes: a report of 50,000 devices has a tenth of them
# A pipe is opened without waiting for its other end. The flags that another system lacks are none there.
FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NONBLOCK", "O_BINARY"))


def bytes_of(path: Path, most: int = LARGEST) -> bytes:
    """All of them. OSError, as for a file that cannot be read, where it is no plain file or longer than `most`."""
    with os.fdopen(os.open(path, FLAGS), "rb", buffering=0) as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise OSError(errno.EINVAL, "no plain file", str(path))
        if about.st_size > most:
            raise OSError(errno.EFBIG, f"longer than {most:,} bytes", str(path))
        return file.readall() or b""


def plain(path: Path) -> None:
    """OSError where something other than a plain file is there."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "no plain file", str(path))

"""Run a command and write down how much memory it took at its most: `python -m tests.weigh FILE COMMAND...`.

A process of its own, because the kernel counts towards a child what the process that started it weighed, and because the
largest of *all* children is kept: measured from pytest, the figure would be that of some other test.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path


def main(path: str, *command: str) -> int:
    """The command's exit code; the file holds KB, as a decimal number."""
    code = subprocess.call(command)
    Path(path).write_text(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
    return code


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))

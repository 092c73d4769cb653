"""Starts the lab as a child process in a given mode, as the demo does, and looks at what it leaves on the machine."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

import pytest

from lab import reading

ROOT = Path(__file__).resolve().parents[2]
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
NAMESPACES = pytest.param("namespaces", marks=[pytest.mark.needs("root"), pytest.mark.namespaces])
USER = pytest.param("user", marks=[pytest.mark.needs("userns", "setpriv"), pytest.mark.namespaces])
NAMES = {"desk", *(device.name for device in reading.site().devices)}
OWN = ("to-", "subnet", "trial", "desk")  # how the lab's own interfaces are named; other tests make others
WIRED, MODES = [NAMESPACES, USER], [NAMESPACES, USER, "loopback"]


def python() -> str:
    """An interpreter that every user may run: this one, or Debian's if this one lies in a private folder."""
    real = Path(sys.executable).resolve()
    open_to_all = all(parent.stat().st_mode & 0o001 for parent in real.parents)
    return sys.executable if open_to_all else f"/usr/bin/python3.{sys.version_info.minor}"


PYTHON = python()
VISIT = (PYTHON, "-B", "-m", "tests.lab.visit")


def words(mode: str, *more: str) -> list[str]:
    """The command line that starts the lab; user mode as somebody who is not root."""
    who = NOBODY if mode == "user" and os.geteuid() == 0 else ()
    return [*who, PYTHON, "-B", "-m", "lab", "--mode", mode, *more]


ROOM = Path(tempfile.mkdtemp(prefix="tests-lab-"))  # for all that these tests' labs write; other labs do not count
ROOM.chmod(0o777)
atexit.register(shutil.rmtree, ROOM, ignore_errors=True)
# The checkout stands on the path by name: parts of the program are started without the working folder on theirs.
ENVIRONMENT = {**os.environ, "TMPDIR": str(ROOM), "PYTHONPATH": f"{ROOT}{os.pathsep}{sysconfig.get_path('purelib')}"}


def folder() -> Path:
    """A folder that the ordinary user of user mode can write to, too."""
    made = Path(tempfile.mkdtemp(dir=ROOM))
    made.chmod(0o777)
    return made


def play(mode: str, *command: str, more: tuple[str, ...] = ()) -> tuple[int, dict[str, Any], str, Path]:
    """Runs a command at the desk: exit code, the lab's own description, the command's output, the folder kept."""
    kept = folder() / "run"
    line = words(mode, "--time", "60", "--dir", str(kept), *more, "--", *command)
    ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, env=ENVIRONMENT)
    assert ended.stdout and not ended.stderr, ended.stderr
    first, _, rest = ended.stdout.partition("\n")
    return ended.returncode, json.loads(first), rest, kept


def traces() -> tuple[list[str], list[str], list[str]]:
    """What a lab might leave behind: interfaces, named namespaces, its temporary folders."""
    netns = Path("/run/netns")
    return (
        sorted(path.name for path in Path("/sys/class/net").iterdir() if path.name.startswith(OWN)),
        sorted(path.name for path in netns.iterdir() if path.name in NAMES) if netns.is_dir() else ["no folder"],
        sorted(path.name for path in ROOM.glob("laydown-lab-*")),
    )

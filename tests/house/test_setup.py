"""packaging/setup.sh: one environment from the lock, made once; one line with the remedy where it cannot be made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = f"lib/python3.{sys.version_info.minor}/site-packages"
# Nobody listens on port 9 here, so this is a machine that reaches no index.
OFFLINE = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_FIND_LINKS": "",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_RETRIES": "0",
}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a clone holds of the files that set-up reads; blanks in its path, as a user's folder may have."""
    where = tmp_path / "my clone"
    shutil.copytree(ROOT / "packaging", where / "packaging")
    shutil.copytree(ROOT / "requirements", where / "requirements")
    for name in ("setup.cfg", "pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, where)
    return where


def set_up(clone: Path, python: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run set-up with an empty HOME and no PATH but Debian's, in front of it a `python3` of this text."""
    bin_folder = clone / "bin"
    bin_folder.mkdir(exist_ok=True)
    if python:
        for name in ("python3", "python3.11", "python3.12", "python3.13"):
            (bin_folder / name).write_text(f"#!/bin/sh\n{python}\n")
            (bin_folder / name).chmod(0o755)
    (clone / "home").mkdir(exist_ok=True)
    base = {"HOME": str(clone / "home"), "PATH": f"{bin_folder}:/usr/bin:/bin"}
    words = ["packaging/setup.sh", "core-paper"]
    return subprocess.run(words, cwd=clone, env=base | settings, capture_output=True, text=True, timeout=120)


def the_one_line(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 1, run.stdout + run.stderr
    assert run.stderr.count("\n") == 1, run.stderr
    return run.stderr


def test_an_old_python_is_named_with_the_remedy(clone: Path) -> None:
    line = the_one_line(set_up(clone, '[ "$1" = --version ] && echo Python 3.9.2; exit 1'))
    assert "Python 3.11 or newer is needed, and Python 3.9.2 is too old" in line


def test_a_newer_python_beside_an_old_one_is_taken(clone: Path) -> None:
    old = f'case $0 in *python3.12) exec "{sys.executable}" "$@" ;; esac; exit 1'
    run = set_up(clone, old, **OFFLINE)
    assert "making .venv with Python 3." in run.stdout


def test_a_missing_venv_module_is_named_with_the_remedy(clone: Path) -> None:
    line = the_one_line(set_up(clone, f'case $2 in *ensurepip*) exit 1 ;; esac; exec "{sys.executable}" "$@"'))
    assert "sudo apt install python3-venv" in line


def test_no_network_is_named_with_the_remedy(clone: Path) -> None:
    line = the_one_line(set_up(clone, f'exec "{sys.executable}" "$@"', **OFFLINE))
    assert "no package index was reached: connect to the network" in line
    assert ".make/setup.log" in line
    assert "No matching distribution" in (clone / ".make/setup.log").read_text()


def test_nothing_is_written_outside_the_clone(clone: Path) -> None:
    set_up(clone, f'exec "{sys.executable}" "$@"', **OFFLINE)
    assert list((clone / "home").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(clone: Path) -> None:
    (clone / ".make").write_text("in the way")
    assert "this folder cannot be written to" in the_one_line(set_up(clone))


def test_a_second_run_with_the_same_lock_installs_nothing(clone: Path) -> None:
    """Offline: the clone's environment sees the packages that these tests run with, so pip finds each one there."""
    subprocess.run([sys.executable, "-m", "venv", clone / ".venv"], check=True, timeout=60)
    for bundled in (clone / ".venv" / SITE).glob("setuptools*"):
        shutil.rmtree(bundled)  # Python 3.11 brings one along, older than the lock's
    (clone / ".venv" / SITE / "seen.pth").write_text(str(Path(sys.prefix) / SITE))
    first = set_up(clone, **OFFLINE)
    assert first.returncode == 0, first.stderr + (clone / ".make/setup.log").read_text()
    assert first.stdout.endswith("laydown: .venv is ready\n")
    second = set_up(clone, **OFFLINE)
    assert (second.returncode, second.stdout, second.stderr) == (0, "laydown: .venv is up to date\n", "")
    with (clone / "requirements/core-paper.txt").open("a") as lock:
        lock.write("# changed\n")
    assert "installing" in set_up(clone, **OFFLINE).stdout

"""The wheel holds every file of the floors, data too: what is found by being in a folder must be in the folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("model", "fingerprints", "reporters", "agent", "lab")


def test_every_file_of_the_floors_is_in_the_wheel(tmp_path: Path) -> None:
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("setup.cfg", "pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    wanted = {
        str(file.relative_to(tmp_path)) for floor in FLOORS for file in (tmp_path / floor).rglob("*") if file.is_file()
    }
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", "out", "."]
    run = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    (wheel,) = (tmp_path / "out").glob("laydown-*.whl")
    assert wanted - set(zipfile.ZipFile(wheel).namelist()) == set()

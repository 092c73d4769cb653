"""Pure floors stay pure: no clock, network, chance, environment or disk in their source, nor in what they import."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house import purity

ROOT = Path(__file__).resolve().parents[2]
PURE = (
    "model",
    "fingerprints",
    "reporters",
    "agent/probes",
    "agent/imports",
    "agent/frames",
    "agent/mibs",
    "agent/decode",
    "agent/ask",
    "agent/mask",
)


@pytest.mark.parametrize("floor", PURE)
def test_a_pure_floor_is_there(floor: str) -> None:
    assert purity.files(ROOT, (floor,))


@pytest.mark.parametrize("file", purity.files(ROOT, PURE), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_pure_file_is_pure(file: Path) -> None:
    assert list(purity.sins(file.read_text())) == []


# What a floor may import of ours, itself included.
MAY = {
    "model": ("model",),
    "fingerprints": ("model", "fingerprints"),
    "reporters": ("model", "fingerprints", "reporters"),
    "agent": (
        "model",
        "agent.probes",
        "agent.imports",
        "agent.frames",
        "agent.mibs",
        "agent.decode",
        "agent.ask",
        "agent.mask",
    ),
}
OURS = ("model", "fingerprints", "reporters", "agent", "lab", "collector", "tests", "packaging")


@pytest.mark.parametrize("file", purity.files(ROOT, PURE), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_pure_file_imports_downwards(file: Path) -> None:
    may = MAY[file.relative_to(ROOT).parts[0]]
    names = [name for _, name in purity.imported(ast.parse(file.read_text())) if name.split(".")[0] in OURS]
    bad = [name for name in names if not any(f"{name}.".startswith(f"{floor}.") for floor in may)]
    assert not bad, f"{file.name} may import {may} only"


SINS = {
    "import socket": "imports socket",
    "import time": "imports time",
    "from time import monotonic": "imports time.monotonic",
    "from os import environ": "imports os.environ",
    "import os.path": "imports os.path",
    "from urllib import request": "imports urllib.request",
    "from random import choice": "imports random.choice",
    "from datetime import datetime\nx = datetime.now()": ".now",
    "import datetime\nx = datetime.date.today()": ".today",
    "from datetime import datetime\nclock = datetime.utcnow": ".utcnow",
    "def f():\n    import random": "imports random",
    "x = open('a')": "open()",
    "from pathlib import Path\nx = Path('a').read_text()": ".read_text",
    "from pathlib import Path\nPath('a').write_text('')": ".write_text",
    "from importlib.resources import files\nfiles('a').joinpath('b').write_text('')": ".write_text",
}


@pytest.mark.parametrize("source", SINS)
def test_a_sin_is_found(source: str) -> None:
    found = list(purity.sins(source))
    assert [sin.split(": ")[1] for sin in found] == [SINS[source]]


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nx = datetime.strptime",
        "from urllib.parse import quote",
        "from importlib.resources import files\nx = files('a').joinpath('b').read_text()",
        "import timeit_like",
    ],
)
def test_what_is_pure_passes(source: str) -> None:
    assert list(purity.sins(source)) == []


# One sin against each contract of pyproject.toml, by the contract's id.
AGAINST = {
    "model": ("model/planted.py", "import fingerprints"),
    "fingerprints": ("fingerprints/planted.py", "import reporters"),
    "reporters": ("reporters/planted.py", "import agent"),
    "lab": ("lab/planted.py", "import fingerprints"),
    "readers": ("agent/probes/planted.py", "import agent.wire"),
    "agent": ("agent/later.py", "import collector"),
    "collector": ("collector/planted.py", "import agent.spool"),
    "scapy": ("agent/planted.py", "def late():\n    from scapy.layers import l2"),
    "nmap": ("agent/imports/planted.py", "import nmap"),
    "agent-rooms": ("agent/exchange/planted.py", "import agent.jobs.sweep"),
    "wire": ("agent/wire/planted.py", "import msgspec"),
    "collector-rooms": ("collector/store/planted.py", "import collector.views.sites"),
}


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    words = [str(linter), "--no-cache", "--config", str(tree / "pyproject.toml")]
    return subprocess.run(words, cwd=tree, capture_output=True, text=True, timeout=120, env={"PYTHONPATH": str(tree)})


def test_floors_are_what_the_contracts_say() -> None:
    run = lint(ROOT)
    assert run.returncode == 0, run.stdout


def test_each_contract_can_be_broken(tmp_path: Path) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in contracts} == AGAINST.keys()
    for floor in ("model", "fingerprints", "reporters", "agent", "collector", "lab"):
        shutil.copytree(
            ROOT / floor, tmp_path / floor, ignore=lambda _, names: [n for n in names if n.endswith(".bin")]
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, source in AGAINST.values():
        (tmp_path / file).write_text(source)
    run = lint(tmp_path)
    kept = [
        contract["id"] for contract in contracts if f"{contract['name']} BROKEN" not in " ".join(run.stdout.split())
    ]
    assert not kept, run.stdout

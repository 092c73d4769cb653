"""A stranger's folder is worked in: nothing that lies there is run, whatever it is called."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import agent

STRANGE = "from pathlib import Path\nPath(__file__).with_name('run').touch()\nraise SystemExit(7)\n"
STARTED = "from agent.wire_way import Spawned\nSpawned().close()\nfrom agent.doctor import _scapy\nprint(_scapy('somebody').state)\n"


def test_the_working_folder_is_no_part_of_the_program(tmp_path: Path) -> None:
    for name in ("agent", "agent/wire", "scapy", "lab"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(STRANGE)
        (tmp_path / name / "__main__.py").write_text(STRANGE)
    done = subprocess.run(
        [sys.executable, "-P", "-c", STARTED], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "ok\n", done.stderr
    assert not list(tmp_path.rglob("run"))


def test_every_part_is_started_so() -> None:
    room = Path(next(iter(agent.__path__)))
    named = re.compile(r"\[\s*sys\.executable")
    assert [path.name for path in sorted(room.rglob("*.py")) if named.search(path.read_text("utf-8"))] == [
        "own_program.py"
    ]


@pytest.mark.parametrize("command", ["agent", "collector"])
def test_a_crash_leaves_no_memory_on_disk(command: str) -> None:
    tried = (
        "import resource; from resource import RLIMIT_CORE as core\n"
        "resource.setrlimit(core, (resource.getrlimit(core)[1],) * 2)\n"
        f"from {command}.command import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    print(resource.getrlimit(core)[0])\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", tried], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1:] == ["0"], done.stderr

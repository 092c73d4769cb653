"""scapy and the rest never meet in one process: what the wire process loads, and what the main process can reach."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("model", "fingerprints", "reporters", "agent", "lab")

# The process as it runs: its jobs' pipe ends at once, then the one thing that uses scapy is done.
LOAD = """
import json, sys

before = set(sys.modules)
from agent.wire import __main__, frames

__main__.main()
assert len(frames.arp("02:00:00:00:00:01", "192.0.2.1").template) >= 42
new = {name: getattr(sys.modules[name], "__file__", None) or "" for name in set(sys.modules) - before}
print(json.dumps(sorted({name.split(".")[0] for name, place in new.items() if "site-packages" in place})))
"""


def load(home: Path) -> list[str]:
    """The installed packages that the wire process loads, run with this folder as the user's HOME."""
    words, env = [sys.executable, "-c", LOAD], {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    run = subprocess.run(
        words, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True
    )
    packages: list[str] = json.loads(run.stdout)
    return packages


def test_the_wire_process_loads_scapy_and_nothing_else_that_is_installed(tmp_path: Path) -> None:
    """scapy looks for cryptography by itself, and with that would come OpenSSL, under Apache-2.0."""
    assert load(tmp_path) == ["scapy"]


def test_the_wire_process_leaves_nothing_in_the_users_home(tmp_path: Path) -> None:
    """scapy would make folders for its settings and caches there."""
    load(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom, late imports included."""
    return grimp.build_graph(*OURS, include_external_packages=True, cache_dir=None)


def test_nothing_outside_the_wire_process_reaches_scapy(graph: grimp.ImportGraph) -> None:
    ours = {name for name in graph.modules if name.split(".")[0] in OURS}
    main = {name for name in ours if name != "agent.wire" and not name.startswith("agent.wire.")}
    reached = graph.find_downstream_modules("scapy") if "scapy" in graph.modules else set()
    assert reached, "the wire process no longer uses scapy: this test looks at nothing"
    assert not reached & main

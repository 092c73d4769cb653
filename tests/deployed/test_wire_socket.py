"""A program without any capability sweeps through a wire process that systemd's socket activation starts with CAP_NET_RAW alone."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.wire_way import Reached
from model.trouble import Trouble
from tests.agent.netns import Bench, bench  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
SWEEP = """
import sys
sys.path.insert(0, sys.argv[1])
from agent.links import links
from agent.wire_client import WireProcess
from model.spans import spans
wire = WireProcess(spans(["10.9.0.0/28"]), spans(["10.9.0.3"]), 200.0, links())
print(repr(wire.lacks))
found = [pair for batch in wire.arp("eth0", spans(["10.9.0.1-10.9.0.2"]), 200.0) for pair in batch]
print(sorted(address for address, _ in found))
wire.close()
"""


@pytest.mark.needs("root", "ip", "setpriv", "systemd-socket-activate")
@pytest.mark.namespaces
def test_a_sweep_without_rights_of_its_own(bench: Bench) -> None:  # noqa: F811
    for name, number in (("desk", 1), ("peer", 2), ("never", 3)):
        bench.host(name, f"10.9.0.{number}/28")
    folder = bench.open_folder()
    sock = folder / "wire.sock"
    raw = ["setpriv", "--inh-caps=-all,+net_raw", "--ambient-caps=-all", "--bounding-set=-all,+net_raw"]
    bench.start(
        "desk",
        "systemd-socket-activate",
        "--accept",
        "--inetd",
        "-l",
        str(sock),
        *raw,
        sys.executable,
        "-m",
        "agent.wire",
        cwd=str(ROOT),
    )
    for _ in range(100):
        if sock.exists():
            break
        time.sleep(0.05)
    sock.chmod(0o666)
    bare = ["setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]
    words = ["env", f"LAYDOWN_WIRE={sock}", *bare, sys.executable, "-c", SWEEP, str(ROOT)]
    done = bench.run("desk", *words)
    assert done.stdout.decode().splitlines() == ["''", "['10.9.0.1', '10.9.0.2']"], done.stderr.decode()
    alone = bench.run("desk", *bare, sys.executable, "-c", SWEEP, str(ROOT))
    assert b"''" not in alone.stdout, "without the socket there is no right to raw frames"


def test_a_socket_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"laydown-wire\.socket"):
        Reached(str(tmp_path / "none"))


def test_the_unit_is_not_asked_for_by_accident() -> None:
    """Without the variable the child is started as ever."""
    code = "from agent.wire_way import Spawned, way\nmade = way()\nprint(type(made).__name__)\nmade.close()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30, env={})
    assert done.stdout.strip() == "Spawned", done.stderr

"""What the tests of this folder share: a scan at the desk of a bench, helpers to furnish hosts, and what a scan left."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest

from model.report import Report
from tests.agent.netns import Bench
from tests.agent.test_peers_scan import RUN, report_of
from tests.manners.cable import Frame

ROOT = Path(__file__).resolve().parents[2]
AUTHORITY = '[authority]\nname = "R. Roe"\n'


class Scanned(NamedTuple):
    """What a scan left, how it ended, and what the cable carried. `mac`: the desk's."""

    folder: Path
    code: int
    said: dict[str, Any]
    stderr: str
    frames: list[Frame]
    mac: str

    @property
    def report(self) -> Report:
        return report_of(self.folder)

    @property
    def sent(self) -> list[Frame]:
        """Everything that left the desk."""
        return [one for one in self.frames if one.mac == self.mac]


def command(folder: Path, *words: str) -> list[str]:
    """`laydown scan` as a command line."""
    return [sys.executable, "-c", RUN, "scan", "-o", str(folder), *words, "--json"]


def begin(net: Bench, folder: Path, *words: str, desk: str = "desk") -> subprocess.Popen[bytes]:
    """A scan that has begun."""
    return net.start(desk, *command(folder, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(child: subprocess.Popen[bytes], wait: float) -> tuple[int, dict[str, Any], str]:
    """Exit code, what it said as JSON, and its lines of progress."""
    out, err = child.communicate(timeout=wait)
    assert out and b"Traceback" not in err, err.decode()
    return child.returncode, json.loads(out), err.decode()


def configured(net: Bench, text: str, name: str = "bench.toml", **secrets: str) -> list[str]:
    """The words that name a configuration file of this text, with its files of secrets."""
    for key, value in secrets.items():
        (net.folder / key).write_text(value + "\n")
    path = net.folder / name
    path.write_text(text)
    return ["--config", str(path)]


def opens(net: Bench, name: str, ports: Sequence[int]) -> None:
    """The host has these TCP ports open, in both families."""
    child = net.start(name, sys.executable, "-m", "tests.manners.open_ports", *map(str, ports), stdout=-1, cwd=ROOT)
    assert child.stdout is not None and child.stdout.readline() == b"ready\n"


def quiet_kernel(net: Bench, name: str) -> None:
    """No router solicitations: they are the kernel's own, of no concern here."""
    net.run(name, "sysctl", "-q", "-w", "net.ipv6.conf.all.accept_ra=0", "net.ipv6.conf.eth0.router_solicitations=0")


def guarded(net: Bench, rate: int, desk: str = "desk") -> Path:
    """From now on the desk's switch port shuts at more ARP requests a second; the file that then says so."""
    log = net.folder / f"shut-{desk}"
    words = [sys.executable, "-m", "tests.manners.guard", f"p{desk}", str(rate), str(log)]
    child = net.start("switch", *words, stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdout is not None and child.stdout.readline() == b"ready\n"
    return log


T = TypeVar("T")


def once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], T]) -> T:
    """What `build(folder)` gives, made by one of xdist's processes and read by the others: a scan that many tests look at."""
    folder = factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    with (folder / f"{name}.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        kept = folder / f"{name}.pickle"
        if kept.exists():
            found: T = pickle.loads(kept.read_bytes())
            return found
        made = build(factory.mktemp(name))
        kept.write_bytes(pickle.dumps(made))
        return made

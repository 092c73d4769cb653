"""What the fault rounds stand on: a lab on loopback, `laydown` in processes of its own, and what they leave running."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from agent.demo_desk import configured

ROOT = Path(__file__).resolve().parents[2]
START = "from agent.command import main\nmain()"
MARK = "LAYDOWN_FAULT_ROUND"  # in the environment of all that a round starts: its children inherit it
READY, LONGEST = 20.0, 120.0  # seconds for the lab to stand, and for one command
SCOPE = [f"127.77.1.{number}" for number in (1, 2, 30)]
PROBES = ("snmp_engine", "snmp", "tcp_ports", "http", "ssh")


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Ground:
    """`scan(folder)` are the words of a scan of the lab; `start` and `run` call `laydown` with words."""

    def __init__(self, room: Path, scope: list[str]) -> None:
        self.room = room
        self.mark = uuid.uuid4().hex
        site = json.loads((room / "site.json").read_text())
        self.port_map = site["port_map"]
        self._config = room / "agent.toml"
        self._config.write_text(configured({**site, "targets": scope}))
        self.whole = 2.0  # seconds that an undisturbed scan takes; measured by the campaign

    def scan(self, folder: Path) -> list[str]:
        words = [
            "scan",
            "--config",
            str(self._config),
            "-o",
            str(folder),
            "--profile",
            "fast",
            "--port-map",
            self.port_map,
        ]
        return words + [word for name in PROBES for word in ("--probe", name)]

    def start(self, *words: str, before: str = "", wrap: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        """`before`: Python to run first. `wrap`: a command to run it under, as one more word `"$@"` would be."""
        command = [*wrap, sys.executable, "-B", "-c", f"{before}\n{START}", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, MARK: self.mark}, stdout=pipe, stderr=pipe, text=True
        )

    def run(self, *words: str, before: str = "", wrap: tuple[str, ...] = ()) -> Done:
        return ended(self.start(*words, before=before, wrap=wrap))

    def survivors(self, patience: float = 12.0) -> list[str]:
        """Processes of this round that outlive their command by `patience` seconds, by their command lines."""
        until = time.monotonic() + patience
        while (alive := list(marked(self.mark))) and time.monotonic() < until:
            time.sleep(0.1)
        return [_line(one) for one in alive]


def ended(child: subprocess.Popen[str]) -> Done:
    """Wait for it. What takes too long is ended and told as exit code 124."""
    try:
        out, err = child.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        child.kill()
        out, err = child.communicate()
        return Done(124, out, err + f"laydown: did not end in {LONGEST:g} s\n")
    return Done(child.returncode, out, err)


def marked(mark: str) -> Iterator[int]:
    """Pids whose environment holds the mark; those that have ended and only wait to be reaped left out."""
    wanted = f"{MARK}={mark}".encode()
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                if wanted in (path / "environ").read_bytes().split(b"\0"):
                    yield int(path.name)
            except OSError:
                continue


def _line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:200]
    except OSError:
        return str(pid)


@contextmanager
def lab(room: Path, scope: list[str] | None = None) -> Iterator[Ground]:
    """A lab on loopback in `room`, taken down at the end."""
    words = [sys.executable, "-B", "-m", "lab", "--mode", "loopback", "--quiet", "--dir", str(room)]
    child = subprocess.Popen(words, cwd=ROOT)
    try:
        until = time.monotonic() + READY
        while not (room / "site.json").exists():
            if child.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the lab does not stand up (exit {child.poll()}): {' '.join(words)}")
            time.sleep(0.05)
        yield Ground(room, scope or SCOPE)
    finally:
        child.terminate()
        child.wait(20)

"""What tests of commands share: run one in this process, and what its errors must look like."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from agent.command import main

ROOT = Path(__file__).resolve().parents[2]
# Synthetic: MIB objects are public, devices and values are made up.
CISCO = "1.3.6.1.2.1.1.1.0|4|Cisco IOS Software, Example Software, Version 15.0(2)\n1.3.6.1.2.1.1.5.0|4|core\n"
HUAWEI = "1.3.6.1.2.1.1.1.0|4|Huawei Versatile Routing Platform Software\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.23\n"
CAMERAS = (
    '{"id":"c1","field":"http_header.server","text":"DNVRS-Webs"}\n{"id":"c2","field":"html_title","text":"Hello"}\n'
)
WALK = '.1.3.6.1.2.1.1.1.0 = STRING: "Example OS 1.2"\n.1.3.6.1.2.1.1.5.0 = STRING: "walked"\n'
NMAP = (
    '<?xml version="1.0"?>\n<!DOCTYPE nmaprun>\n<nmaprun args="nmap -sV" start="1">\n<host starttime="1" endtime="2">'
    '<status state="up" reason="syn-ack"/><address addr="192.0.2.7" addrtype="ipv4"/><hostnames></hostnames><ports>'
    '<port protocol="tcp" portid="22"><state state="open" reason="syn-ack"/><service name="ssh" method="probed" conf="10"/>'
    "</port></ports></host>\n</nmaprun>\n"
)


class Told(NamedTuple):
    """What a command printed, line by line, and how it ended."""

    code: int
    out: list[str]
    err: list[str]

    @property
    def json(self) -> Any:
        return json.loads("\n".join(self.out))


class Shell:
    """Runs `laydown` in this process."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._captured = capfd

    def __call__(self, *words: str | Path) -> Told:
        self._captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        out, err = self._captured.readouterr()
        assert "Traceback" not in out + err and "a fault of this program" not in err, err
        code = ended.value.code
        assert isinstance(code, int), "an exit code is a number"
        return Told(code, out.splitlines(), err.splitlines())


def run(*words: str | Path, before: str = "", wrap: tuple[str, ...] = ()) -> Told:
    """Runs `laydown` in a process of its own. `before`: Python to run first; `wrap`: a command to run it under."""
    start = f"{before}\nfrom agent.command import main\nmain()"
    command = [*wrap, sys.executable, "-c", start, *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return Told(done.returncode, done.stdout.splitlines(), done.stderr.splitlines())


def clear(told: Told, *words: str | Path) -> str:
    """The one line of an error that says what, where and what to do; each of `words` stands in it."""
    assert len(told.err) == 1, told.err
    (line,) = told.err
    assert line.startswith("laydown: ") and line.count(": ") >= 2 and len(line) < 600, line
    for word in words:
        assert str(word) in line, line
    return line


def report(folder: Path) -> Any:
    """report.json as plain values."""
    return json.loads((folder / "report.json").read_bytes())


def outcomes(folder: Path) -> dict[str, str]:
    """{origin: outcome} of what was seen first hand."""
    return {origin: found["outcome"] for found in report(folder)["findings"] for origin in found["origins"]}

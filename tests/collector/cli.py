"""Runs `laydown-collector` in this process, or in one of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from collector.command import main
from tests.agent.cli import Told

ROOT = Path(__file__).resolve().parents[2]


class Shell:
    """In this process."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._captured = capfd

    def __call__(self, *words: str | Path) -> Told:
        self._captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        out, err = self._captured.readouterr()
        assert "Traceback" not in out + err and "a fault of this program" not in err, err
        code = ended.value.code
        assert isinstance(code, int)
        return Told(code, out.splitlines(), err.splitlines())


def clear(told: Told, *words: str | Path) -> str:
    """The one line of an error that says what, where and what to do; each of `words` stands in it."""
    assert len(told.err) == 1, told.err
    (line,) = told.err
    assert line.startswith("laydown-collector: ") and line.count(": ") >= 2 and len(line) < 600, line
    for word in words:
        assert str(word) in line, line
    return line


class Served:
    """`laydown-collector serve` in a process of its own; `url`, `kill()`, `start()` again."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder, self.words, self.port = folder, words, 0
        self.start()

    def start(self) -> None:
        """Serve, on the same port as before."""
        command = [
            sys.executable,
            "-m",
            "collector.command",
            "serve",
            "--dir",
            str(self.folder),
            "--port",
            str(self.port),
            *self.words,
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http"), self.url
        self.port = int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(20)
        if self.process.stdout:
            self.process.stdout.close()

    def stop(self) -> int:
        """End it as an operator would; its exit code."""
        self.process.terminate()
        code = self.process.wait(30)
        if self.process.stdout:
            self.process.stdout.close()
        return code

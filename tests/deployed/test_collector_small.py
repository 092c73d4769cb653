"""The agent against the real collector as `init` and `serve` leave it: enrolled, sent, carried by hand, keys changed, set up anew."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.keys import public
from model.receipt import broken, receipt_of
from tests.agent.cli import Shell, clear

ROOT = Path(__file__).resolve().parents[2]
COLLECTOR = [sys.executable, "-m", "collector.command"]
pytestmark = pytest.mark.needs("py:litestar")


def collector(*words: str) -> str:
    """A command of the collector in the folder `house` of the working folder."""
    line = [*COLLECTOR, words[0], "--dir", str(Path("house").absolute()), *words[1:]]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def token(*more: str) -> str:
    return str(json.loads(collector("token", "--site", "hq", *more, "--json"))[0]["token"])


@pytest.fixture
def house(shell: Shell) -> Iterator[str]:
    """Its URL."""
    collector("init", "--organisation", "Example")
    line = [*COLLECTOR, "serve", "--dir", str(Path("house").absolute()), "--port", "0"]
    child = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert child.stdout
    try:
        yield next(word for line in child.stdout for word in line.split() if word.startswith("http://127.0.0.1:"))
    finally:
        child.terminate()
        child.wait(20)


def test_everything_an_agent_does(shell: Shell, house: str, made: Path) -> None:
    def another(name: str) -> str:
        """A further report, as one of another day would be."""
        report = json.loads((made / "report.json").read_bytes())
        report["agent"] = name
        (made / "report.json").write_text(json.dumps(report))
        return str(made)

    assert shell("agent", "enroll", house, "--token", token("--new", "Example Marine LLC")).code == 0
    assert shell("push", made).code == 0 and shell("agent", "send").code == 0
    assert shell("push", another("two"), "--to-file", "f.parcel").code == 0
    collector("intake", str(Path("f.parcel").absolute()))
    assert shell("push", "--receipt", "f.parcel.receipt.json").code == 0
    assert shell("push", another("three"), "--no-send").code == 0
    assert shell("agent", "rotate").code == 0 and shell("agent", "send").code == 0
    assert shell("push", another("four"), "--no-send").code == 0
    spent = shell("agent", "enroll", house, "--token", "none-of-theirs-0000000000", "--again")
    assert spent.code == 1
    clear(spent, "oken")
    assert shell("agent", "enroll", house, "--token", token(), "--again").code == 0
    assert shell("agent", "send").code == 0 and shell("agent", "status").code == 0
    key = public(Path("house/collector.key.pub").read_bytes(), "collector.key.pub")
    chain = [receipt_of(path.read_bytes(), key, path.name) for path in (made / "receipts").iterdir()]
    chain.sort(key=lambda one: one[0].number)
    assert len(chain) == 4 and broken(chain) == "" and len({one.agent for one, _ in chain}) == 2

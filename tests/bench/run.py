"""Runs every bench of the folder, each in a process of its own, and prints one table.

python tests/bench/run.py [NAME...]

A bench is a file here with `TITLE` and `measure() -> Iterator[Row]`: what, how much, the target, whether it is met.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LONGEST = 300  # seconds a bench may take
ONE = """
import sys
from importlib import import_module
bench = import_module("tests.bench." + sys.argv[1])
for row in bench.measure():
    print(*row, sep="\\t", flush=True)
"""


def benches() -> list[str]:
    """Names of the files that measure something."""
    found = sorted(path.stem for path in HERE.glob("[a-z]*.py") if path.stem != "run")
    return [name for name in found if "\ndef measure(" in (HERE / f"{name}.py").read_text("utf-8")]


def measured(name: str) -> tuple[str, str, int]:
    """What a bench printed, and its exit code; one that takes too long is ended with all that it started."""
    command = [sys.executable, "-c", ONE, name]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as child:
        try:
            out, err = child.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            out, _ = child.communicate()
            return out, f"took more than {LONGEST} seconds", 1
        return out, err, child.returncode


def main(wanted: list[str]) -> int:
    """Exit code 1 if a bench failed: a missed target is printed, no failure."""
    failed = 0
    print(f"{'bench':10} {'what':58} {'measured':>16} {'target':>16}  ")
    for name in wanted or benches():
        out, err, code = measured(name)
        for line in out.splitlines():
            what, much, target, met = line.split("\t")
            print(f"{name:10} {what:58} {much:>16} {target:>16}  {met}", flush=True)
        if code:
            failed = 1
            print(f"{name:10} failed: {(err.strip().splitlines() or ['no word'])[-1]}")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

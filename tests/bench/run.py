"""Runs every bench of the folder, each in a process of its own, and prints one table.

python tests/bench/run.py [NAME...]

A bench is a file here with `TITLE` and `measure() -> Iterator[Row]`: what, how much, the target, whether it is met.
"""

from __future__ import annotations

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


def main(wanted: list[str]) -> int:
    """Exit code 1 if a bench failed: a missed target is printed, no failure."""
    failed = 0
    print(f"{'bench':10} {'what':58} {'measured':>16} {'target':>16}  ")
    for name in wanted or benches():
        command = [sys.executable, "-c", ONE, name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST)
        for line in done.stdout.splitlines():
            what, measured, target, met = line.split("\t")
            print(f"{name:10} {what:58} {measured:>16} {target:>16}  {met}", flush=True)
        if done.returncode:
            failed = 1
            print(f"{name:10} failed: {done.stderr.strip().splitlines()[-1:]}")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What benches share: a row of the table, and the time and memory of a process."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
LAYDOWN = (sys.executable, "-c", "from agent.command import main; main()")


class Row(NamedTuple):
    """One line of the table; `met` is "ok", "MISSED" or ""."""

    what: str
    measured: str
    target: str = ""
    met: str = ""


def row(what: str, measured: float, unit: str, target: float | None = None, least: bool = False) -> Row:
    """`target` is the most it may be, or with `least` the least."""
    said = f"{measured:,.0f} {unit}" if measured >= 100 else f"{measured:.2f} {unit}"
    if target is None:
        return Row(what, said)
    met = measured >= target if least else measured <= target
    return Row(what, said, f"{'>=' if least else '<='} {target:,.0f} {unit}", "ok" if met else "MISSED")


class Cost(NamedTuple):
    """Seconds on the clock, seconds of processor, peak memory in MB, and the exit code."""

    wall: float
    cpu: float
    peak: float
    code: int


def cost(*command: str) -> Cost:
    """What a process of its own costs."""
    start = perf_counter()
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return Cost(perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, child.returncode)


def median_wall(*command: str, rounds: int = 7) -> float:
    """Median seconds of a process, after one run that warms the disk."""
    cost(*command)
    return statistics.median(cost(*command).wall for _ in range(rounds))


def best_of(work: Callable[[], object], rounds: int = 3) -> float:
    """The shortest of several rounds, in seconds."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def own_peak() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

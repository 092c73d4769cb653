"""Scans of the lab as its demo makes them, each mode once for all tests of a run, and what the lab knows to be true."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from lab import reading, truth
from model.report import Finding, Report
from tests.lab.stage import ENVIRONMENT, PYTHON, ROOT, words
from tests.site.shared import once

Truth = tuple[truth.Expected, ...]


class Scanned(msgspec.Struct):
    """A finished scan of the lab: its result folder, the lab's own folder, the report."""

    out: Path
    room: Path
    report: Report
    plain: dict[str, Any]
    site: dict[str, Any]


@cache
def scanned(mode: str, *more: str) -> Scanned:
    """Run the demo's scan at the desk of a lab in `mode`."""

    def scan(base: Path) -> None:
        line = [*words(mode, "--time", "300", "--dir", str(base / "lab"), *more), "--", PYTHON, "-B", "-m"]
        line += ["agent.demo_desk", str(base / "out")]
        ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=330, env=ENVIRONMENT)
        assert ended.returncode == 4, ended.stderr[-2000:]

    made = once("".join((mode, *more)), scan)
    return taken(made / "out", made / "lab")


@cache
def killed() -> tuple[Scanned, list[float]]:
    """A scan that was killed five times and went on; when. By an ordinary user, so that it shows what that one finds, too."""

    def kill(base: Path) -> None:
        line = [*words("user", "--time", "300", "--dir", str(base / "lab"), "--quiet"), "--", PYTHON, "-B", "-m"]
        line += ["tests.site.killer", str(base)]
        ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=320, env=ENVIRONMENT)
        assert ended.returncode == 4, ended.stderr[-3000:]

    made = once("killed", kill)
    return taken(made / "out", made / "lab"), json.loads((made / "kills.json").read_text())


def taken(out: Path, room: Path) -> Scanned:
    """What lies in two folders."""
    data = (out / "report.json").read_bytes()
    site = json.loads((room / "site.json").read_text()) if (room / "site.json").exists() else {}
    return Scanned(out, room, msgspec.json.decode(data, type=Report), json.loads(data), site)


def known(whole: Scanned) -> Truth:
    """The truth on the addresses that this mode gives the devices."""
    prefix = ".".join(whole.site["targets"][0].split(".")[:2])
    return truth.expected(reading.site(prefix), whole.site["mode"])


def about(row: truth.Expected, one: Finding) -> bool:
    """Whether a finding is of this device: an address or a MAC of it."""
    addresses = {address.partition("%")[0] for address in one.addresses}
    return bool(addresses & set(row.addresses) or set(one.macs) & set(row.macs))

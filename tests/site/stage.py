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
from tests.lab.stage import ENVIRONMENT, PYTHON, ROOT, folder, words

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
    base = folder()
    out, room = base / "out", base / "lab"
    line = [*words(mode, "--time", "300", "--dir", str(room), *more), "--", PYTHON, "-B", "-m", "agent.demo_desk"]
    ended = subprocess.run([*line, str(out)], cwd=ROOT, capture_output=True, text=True, timeout=330, env=ENVIRONMENT)
    assert ended.returncode == 4, ended.stderr[-2000:]
    return taken(out, room)


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

"""Scan the lab again and again, into one folder and into new ones, inside one process; measure it after each."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from agent.cli.scan import _order
from agent.progress import Lines
from agent.scan.conduct import conduct
from agent.spool import FILE
from tests.faults.checks import Verdicts, verdicts
from tests.faults.ground import Ground, lab
from tests.soak.measure import Size, size

ALONE = ["127.77.1.1", "127.77.1.2"]


class Turn:
    """`disk`: bytes that the scan added. `found`: its verdicts."""

    def __init__(self, size: Size, disk: int, found: Verdicts) -> None:
        self.size, self.disk, self.found = size, disk, found


def _scan(ground: Ground, folder: Path) -> None:
    told = {"config": folder.parent / "agent.toml", "port_map": Path(ground.port_map), "profile": "fast"}
    empty: dict[str, object] = dict.fromkeys(
        ("authorized_by", "ticket", "window", "site", "exclude_reason", "reason"), ""
    )
    empty |= {"interface": "", "engine": "", "rate": None, "multicast": False, "allow_public": False}
    empty |= dict.fromkeys(("targets", "exclude", "fragile", "without", "upstream"), ())
    conduct(_order({**empty, **told, "only": ("snmp_engine", "snmp", "tcp_ports")}), folder, Lines())


def scans(room: Path, seconds: float, least: int) -> Iterator[tuple[str, Turn]]:
    """(`same` or `new`, what was measured) after each scan, for `seconds` and at least `least` of either."""
    with lab(room, ALONE) as ground:
        until, count = time.monotonic() + seconds, 0
        while time.monotonic() < until or count < least:
            for name in ("same", f"new-{count}"):
                folder = room / name
                before = _bytes(folder)
                _scan(ground, folder)
                yield name.partition("-")[0], Turn(size(), _bytes(folder) - before, verdicts(folder))
                if name != "same":
                    shutil.rmtree(folder)
            count += 1


def _bytes(folder: Path) -> int:
    """Of the evidence and all bodies; reports and packs are replaced, not added to."""
    return (folder / FILE).stat().st_size if (folder / FILE).exists() else 0

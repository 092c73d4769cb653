"""What the program itself makes of recordings and banners: `laydown import`, as anybody would call it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

LAYDOWN = Path(sys.executable).with_name("laydown")
ACCUSING = frozenset({"covered", "suspect", "conflict"})
ENOUGH = (0, 3, 4)  # exit codes of an import that gave a report
Finding = dict[str, Any]


class Report:
    """The findings of one import: by recording, by the device that a finding was seen from, and by banner."""

    def __init__(self, findings: list[Finding]) -> None:
        self.by_origin: dict[str, list[Finding]] = defaultdict(list)
        self.named_by: dict[str, list[Finding]] = defaultdict(list)
        name_of: dict[str, str] = {}
        for one in findings:
            for origin in one["origins"]:
                self.by_origin[_name(origin)].append(one)
                name_of.setdefault(one["device"], _name(origin))
        for one in findings:
            for witness in one["witnesses"]:
                if witness in name_of:
                    self.named_by[name_of[witness]].append(one)


def _name(origin: str) -> str:
    """`FILE#id` -> id; a file -> its name without ending."""
    return origin.rpartition("#")[2] if "#" in origin else Path(origin).stem


def imported(kind: str, paths: list[Path]) -> Report:
    """The report on `paths`; an error of the program ends the measuring."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = [str(LAYDOWN), "import", "--kind", kind, "-o", str(out), *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode not in ENOUGH:
            raise SystemExit(f"laydown import --kind {kind} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
        return Report(json.loads((out / "report.json").read_text("utf-8"))["findings"])

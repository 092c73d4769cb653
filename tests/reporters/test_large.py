"""A filing of 2,000 devices through the command, in every format at once: seconds of processor and memory, by a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.folder import names
from reporters import json as as_json
from tests.reporters import sample

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES = 20, 600
ENTITY = 'name = "E"\n[[site]]\nid = "hq"\n[[contract]]\nnumber = "C-1"\nclauses = ["52.240-91"]\n'


@pytest.mark.needs("py:typst", "py:docx", "py:xlsxwriter", "py:cyclonedx")
def test_every_format_of_2000_devices_within_20_seconds_and_600_megabytes(tmp_path: Path) -> None:
    report = sample.report(sample.many(2000))
    (tmp_path / "report.json").write_bytes(as_json.render(report))
    (tmp_path / "entity.toml").write_text(ENTITY)
    line = ["attest", str(tmp_path), "--entity", str(tmp_path / "entity.toml"), "--form", "far-52.240-91", "-f", "all"]
    start = [sys.executable, "-c", "from agent.command import main; main()", *line, "-o", str(tmp_path / "out")]
    weighed = [sys.executable, "-m", "tests.weigh", str(tmp_path / "weight"), *start]
    child = subprocess.Popen(weighed, stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    written = sorted(one.name for one in (tmp_path / "out").iterdir())
    assert child.returncode == 4 and len(written) == len(names("reporters.media")), written
    assert used.ru_utime + used.ru_stime < SECONDS
    assert int((tmp_path / "weight").read_text()) / 1024 < MEGABYTES

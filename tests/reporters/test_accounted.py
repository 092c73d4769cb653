"""A paper is drafted from reports that know all the evidence beside them: what a killed scan found is not left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import accounted as rule
from agent.accounted import accounted
from agent.filing import Source, filing_of
from agent.results import REPORT, rendered
from agent.spool import FILE, Spool
from model.trouble import Trouble
from tests.reporters import sample
from tests.reporters.sample import DESCR, FACTS, SITE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A result folder as a scan leaves it."""
    evidence = [
        *sample.ran(SITE, ("10.0.0.0/24",), tuple(dict.fromkeys(row[0] for row in FACTS))),
        *sample.exchanges(FACTS),
    ]
    with Spool(tmp_path) as kept:
        for one in evidence:
            kept.write(one)
    (tmp_path / REPORT).write_bytes(rendered("json", sample.report()))
    return tmp_path


def killed(folder: Path) -> None:
    """One more answer on disk, and no report of it."""
    with Spool(folder) as kept:
        for one in sample.exchanges([("10.0.0.77", "self", DESCR, "Hikvision company products")]):
            kept.write(one)


def test_evidence_that_the_report_does_not_know_stops_the_paper(folder: Path) -> None:
    assert len(filing_of(Source((folder,), site_only=True), "far_52_204_26").reports) == 1
    killed(folder)
    with pytest.raises(Trouble, match=r"there is more, or other.*laydown assess"):
        filing_of(Source((folder,), site_only=True), "far_52_204_26")


def test_a_report_without_evidence_and_large_evidence_older_than_it_are_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule, "QUICK", 1)
    killed(folder)
    with pytest.raises(Trouble):
        accounted(folder, sample.report())
    (folder / FILE).rename(folder / "elsewhere")
    accounted(folder, sample.report())

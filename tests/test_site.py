"""The main job on the whole simulated site: a real scan and its verdicts against the lab's truth; `tests/site` goes deeper."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import check
from tests.lab.stage import ROOT
from tests.site.stage import Scanned, killed, known, scanned

COVERED_OPTIC = "core-switch"


@pytest.fixture(scope="module", params=["namespaces", "user", "loopback"])
def whole(request: pytest.FixtureRequest) -> Iterator[Scanned]:
    mode = request.param
    if mode == "namespaces" and os.geteuid() != 0:
        pytest.skip("needs root")
    # An ordinary user's scan is the one that was killed five times: it must come to the same.
    yield killed()[0] if mode == "user" and os.geteuid() == 0 else scanned(mode)


pytestmark = [pytest.mark.namespaces, pytest.mark.needs("userns", "setpriv"), pytest.mark.xdist_group("site")]


def test_every_verdict_is_as_the_lab_knows_it(whole: Scanned) -> None:
    wrong = list(check.wrong(whole.plain, known(whole)))
    assert wrong == []


def test_no_stranger_is_accused(whole: Scanned) -> None:
    rows = known(whole)
    ours = {address for row in rows for address in row.addresses} | {mac for row in rows for mac in row.macs}
    for one in whole.report.findings:
        if one.outcome in ("covered", "conflict", "suspect"):
            assert {*one.addresses, *one.macs} & ours, one


def test_the_ledger_adds_up(whole: Scanned) -> None:
    assert whole.report.coverage
    for row in whole.report.coverage:
        assert row.asked == row.answered + row.silent + row.refused + row.excluded, row
        assert row.status == "done" or row.reason, row


def test_what_was_not_seen_is_listed(whole: Scanned) -> None:
    report = whole.report
    assert {net.name for net in report.networks if net.status == "excluded"} >= {"10.77.1.60"} or whole.site[
        "mode"
    ] == "loopback"
    assert any(net.status == "not examined" for net in report.networks)
    assert report.summary.unexplained_macs and report.summary.unseen


def test_a_covered_part_in_an_ordinary_switch(whole: Scanned) -> None:
    [core] = [one for one in whole.report.findings if COVERED_OPTIC in one.names and one.outcome == "clear"]
    assert [(part.outcome, part.maker) for part in core.components if part.outcome == "suspect"] == [
        ("suspect", "huawei")
    ]


def test_shuffled_and_doubled_evidence_gives_the_same_bytes(whole: Scanned, tmp_path: Path) -> None:
    lines = (whole.out / "evidence.jsonl").read_bytes().splitlines(keepends=True)
    mixed = [*lines, *lines]
    random.Random(7).shuffle(mixed)
    again = tmp_path / "again"
    again.mkdir()
    (again / "evidence.jsonl").write_bytes(b"".join(mixed))
    if (whole.out / "bodies").exists():
        (again / "bodies").symlink_to(whole.out / "bodies")
    for source, target in ((whole.out, "one"), (again, "two")):
        done = subprocess.run(
            [sys.executable, "-m", "agent.command", "assess", str(source), "-o", str(tmp_path / target)], cwd=ROOT
        )
        assert done.returncode == 4
    assert (tmp_path / "one" / "report.json").read_bytes() == (tmp_path / "two" / "report.json").read_bytes()
    assert (tmp_path / "one" / "report.json").read_bytes() == (whole.out / "report.json").read_bytes()


def test_no_secret_in_what_is_kept(whole: Scanned) -> None:
    secrets = [path.read_bytes().strip() for path in whole.room.glob("snmp.*")]
    assert secrets and all(len(secret) >= 6 for secret in secrets)
    for path in whole.out.rglob("*"):
        if path.is_file() and path.name != "pack.zip":
            assert not any(secret in path.read_bytes() for secret in secrets), path


def test_without_makers_names_nothing_is_clear() -> None:
    """Answers that hold no maker's name, number or OUI must not clear anything: no rule answers to a shape of ours."""
    found = scanned("namespaces" if os.geteuid() == 0 else "user", "--anonymous")
    assert [one for one in found.report.findings if one.outcome in ("clear", "covered", "conflict")] == []

"""Status tells clocks, holds and questions; moments go on record beside the report and never cost the result."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agent.command import root
from agent.moments import FILE, moments, note
from agent.results import REPORT
from model.canonical import digest
from reporters import json as as_json
from tests.reporters import sample

ENTITY = 'name = "E"\n[[site]]\nid = "hq"\n[[contract]]\nnumber = "C-1"\nclauses = ["52.240-91"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / REPORT).write_bytes(as_json.render(sample.report()))
    (tmp_path / "entity.toml").write_text(ENTITY)
    return tmp_path


def said(folder: Path, *words: str) -> Result:
    line = ["status", str(folder), "--entity", str(folder / "entity.toml"), *words]
    return CliRunner().invoke(root, line, catch_exceptions=False)


def test_it_tells_what_is_due_open_and_standing(folder: Path) -> None:
    result = said(folder)
    assert result.exit_code == 4
    for part in ("overdue", "far-52.240-91", "Holds: ", "Questions: ", "Next: laydown review", "our assumption"):
        assert part in result.stdout, part
    assert "far-52.204-25" not in result.stdout, "no contract carries it"


def test_without_an_entity_every_clause_is_counted_that_a_contract_might_carry(folder: Path) -> None:
    result = CliRunner().invoke(root, ["status", str(folder), "--json"], catch_exceptions=False)
    clauses = {one["clause"] for one in json.loads(result.stdout)["clocks"]}
    assert clauses == {"far-52.204-25", "far-52.240-90", "far-52.240-91", "dfars-252.204-7018"}


def test_that_it_was_read_is_on_record_for_that_report(folder: Path) -> None:
    said(folder)
    found = moments(folder)
    assert [(one.kind, one.report) for one in found] == [("read", digest((folder / REPORT).read_bytes()))]
    told = json.loads(said(folder, "--json").stdout)
    assert all("read" in [moment["kind"] for moment in one["moments"]] for one in told["clocks"])


def test_the_calendar_is_written(folder: Path) -> None:
    said(folder, "--ics", str(folder / "c.ics"))
    assert (folder / "c.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_a_torn_line_costs_only_itself(folder: Path) -> None:
    note(folder, "read", "sha256:x")
    with (folder / FILE).open("ab") as held:
        held.write(b'{"kind":"re\n\xff\n')
    note(folder, "assessed", "sha256:y")
    assert [one.kind for one in moments(folder)] == ["read", "assessed"]


@pytest.mark.skipif(os.name != "posix", reason="needs a folder that refuses")
def test_a_disk_that_refuses_is_one_line_and_no_loss(folder: Path) -> None:
    (folder / FILE).mkdir()
    told = note(folder, "read", "sha256:x")
    assert "cannot be added to" in told and "\n" not in told
    assert said(folder).exit_code == 4

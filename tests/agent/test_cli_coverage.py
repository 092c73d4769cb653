"""laydown coverage: every hole of the report, each with a next step; bad input one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.agent.cli import CISCO, Shell, clear

TABLES = (
    CISCO
    + "1.3.6.1.2.1.17.4.3.1.2.0.64.140.0.0.17|2|1\n1.3.6.1.2.1.17.4.3.1.3.0.64.140.0.0.17|2|3\n"
    + "1.3.6.1.2.1.17.7.1.4.3.1.1.10|4|CAMERAS\n"
    + "1.3.6.1.2.1.4.24.4.1.1.10.9.0.0.255.255.255.0.0.0.0.0.0|64|10.9.0.0\n"
)


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


@pytest.fixture
def held(shell: Shell, tmp_path: Path) -> Path:
    """A folder whose report has holes of every kind: a file, a network, a VLAN, a device, a MAC."""
    (tmp_path / "core.snmprec").write_text(TABLES)
    (tmp_path / "other.snmprec").write_text("1.3.6.1.2.1.1.5.0|4|nobody\n")
    (tmp_path / "junk.bin").write_bytes(b"\x00\x01\x02")
    names = [tmp_path / name for name in ("core.snmprec", "other.snmprec", "junk.bin")]
    assert shell("import", *names, "-o", tmp_path / "held").code == 4
    return tmp_path / "held"


def test_every_hole_is_told_with_a_next_step(shell: Shell, held: Path) -> None:
    told = shell("coverage", held)
    assert (told.code, told.err) == (0, [])
    text = "\n".join(told.out)
    holes = [line for line in told.out if line.startswith("- ")]
    assert len(holes) == text.count("\n  next: ") == 5 and "\n5 holes\n" in text
    for said in (
        "import over files: incomplete (junk.bin: is of no kind this program knows)",
        "subnet 10.9.0.0/24 is not examined",
        "vlan 10 is not examined (CAMERAS)",
        "nobody was seen, and nothing said who made it",
        "1 MAC unexplained behind core port 1: 00:40:8c:00:00:11",
    ):
        assert said in text
    assert "then `laydown import` them with the same -o" in text, "a scan would not close this hole"


def test_probes_with_nobody_to_ask_share_a_line(shell: Shell, held: Path) -> None:
    """A scan of a few links has a hundred of them, before the first hole."""
    path = held / "report.json"
    report = json.loads(path.read_bytes())
    idle = {
        **report["coverage"][0],
        "asked": 0,
        "answered": 0,
        "silent": 0,
        "refused": 0,
        "excluded": 0,
        "status": "done",
    }
    report["coverage"] += [
        {**idle, "scope": "10.0.0.0/24", "probe": name, "reason": "none is there"} for name in ("ftp", "ssh")
    ]
    path.write_text(json.dumps(report))
    table = shell("coverage", held).out[:4]
    assert table[2].split() == ["nobody", "to", "ask", "10.0.0.0/24", "ftp,", "ssh"] and table[1].startswith("import")


def test_the_table_adds_up(shell: Shell, held: Path) -> None:
    told = shell("coverage", held, "--json")
    (row,) = told.json["coverage"]
    assert row["asked"] == row["answered"] + row["silent"] + row["refused"] + row["excluded"] == 3
    assert {one["kind"] for one in told.json["holes"]} == {"coverage", "network", "device", "mac"}
    assert all(one["text"] and one["step"] for one in told.json["holes"])


def test_a_report_file_can_be_named_itself(shell: Shell, held: Path) -> None:
    assert shell("coverage", held / "report.json").out == shell("coverage", held).out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps({"schema": "laydown.report/2"}), "schema 'laydown.report/2': this program reads laydown.report/1"),
        (json.dumps({"schema": "laydown.report/1"}), "not a report (Object missing required field"),
        (json.dumps({"schema": 1}), "not a report"),
        ("{", "not a report"),
        ("", "not a report"),
        ("\x00\x00", "not a report"),
    ],
)
def test_what_is_no_report_is_one_line(shell: Shell, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "report.json").write_text(text)
    told = shell("coverage", tmp_path)
    assert told.code == 1
    clear(told, tmp_path / "report.json", said)


def test_a_report_of_binary_junk_is_one_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(b'{"schema":"\xff\xfe"}')
    told = shell("coverage", tmp_path)
    assert told.code == 1
    clear(told, "not a report")


@pytest.mark.parametrize(
    "words", [["coverage"], ["coverage", "TMP/absent"], ["coverage", "TMP"], ["coverage", "TMP", "--no"]]
)
def test_wrong_usage_is_one_line(shell: Shell, tmp_path: Path, words: list[str]) -> None:
    told = shell(*(word.replace("TMP", str(tmp_path)) for word in words))
    assert told.code == 2
    clear(told)


@pytest.mark.parametrize("kind", ["folder", "dangling", "loop"])
def test_a_report_that_is_no_file_is_one_line(shell: Shell, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "report.json"
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(path if kind == "loop" else tmp_path / "gone")
    told = shell("coverage", tmp_path)
    assert told.code == (2 if kind == "dangling" else 1)
    clear(told, path)

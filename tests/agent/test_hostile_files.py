"""Files, folders and answers that bear names of any bytes: taken, or refused in one line that moves no cursor; nothing is half-written."""

from __future__ import annotations

import zipfile
from os import fsdecode
from pathlib import Path

import msgspec
import pytest

from agent.command import main
from agent.results import REPORT, report_of
from fingerprints.pack import load
from model.statement import Statement, Subject, enveloped, payload_of
from reporters import json
from tests.reporters import sample

BYTES = fsdecode(b"a\xff\xe2\x80\xae\x1b[2J")  # no UTF-8, a turn to the left, an escape


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / f"scan {BYTES}"
    made.mkdir()
    (made / REPORT).write_bytes(json.render(sample.report()))
    return made


def said(capsys: pytest.CaptureFixture[str], *line: object) -> tuple[int, str, str]:
    """Exit code, standard output and error of a command."""
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in line])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_a_file_is_imported_whatever_it_is_called(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / f"{BYTES}.snmprec").write_text("1.3.6.1.2.1.1.1.0|4|Huawei VRP\n1.3.6.1.2.1.1.5.0|4x|ff41fe\n")
    code, _, err = said(capsys, "import", tmp_path / f"{BYTES}.snmprec", "-o", tmp_path / f"out {BYTES}")
    assert (code, err) == (0, "")
    (one,) = report_of(tmp_path / f"out {BYTES}")[0].findings
    assert one.origins == ("a\\xff\u202e\x1b[2J.snmprec",)


@pytest.mark.parametrize(
    "name", [BYTES, "\x1b]0;title\x07", "=cmd|' /C calc'!A0", "x" * 200, "\u0645\u0643\u062a\u0628"]
)
def test_a_fault_is_one_line_that_moves_no_cursor(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for line in (("report", tmp_path / name), ("review", name, "--list"), ("report", tmp_path, "-f", name)):
        code, out, err = said(capsys, *line)
        assert code in (1, 2) and out == "" and err.count("\n") == 1 and err.strip().isprintable()


def test_what_a_device_is_called_moves_no_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = sample.report()
    named = msgspec.structs.replace(
        found.findings[-1], outcome="unknown", addresses=(), names=("a\x1b[2Jb\u202ec",), device="dev-1"
    )
    (tmp_path / REPORT).write_bytes(json.render(msgspec.structs.replace(found, findings=(named,))))
    for line in (("coverage", tmp_path), ("status", tmp_path), ("review", tmp_path, "--list")):
        _, out, err = said(capsys, *line)
        assert all(one.isprintable() for one in (out + err).split("\n")), line
        assert "a\\u{1b}[2Jb\\u{202e}c" in out or line[0] != "coverage"


def test_a_strangers_folder_and_pack_move_no_cursor(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was signed, by whom, and what a pack calls its makers: all of it is whoever made them's to choose."""
    payload = payload_of(Statement((Subject(f"{REPORT}\x1b[2J", {"sha256": "0" * 64}),), {}))
    (folder / "statement.dsse.json").write_bytes(enveloped(payload, b"\0" * 64, "\x1b]0;title\x07\u202e"))
    parts = dict(load().parts)
    parts["rules/zyxel.toml"] = parts["rules/zyxel.toml"].replace(b'name = "', 'name = "\u009b2J\u202e'.encode(), 1)
    with zipfile.ZipFile(folder / "odd.zip", "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    pack = ("--pack", folder / "odd.zip")
    for line in (("verify", folder), ("rules", "list", *pack), ("rules", "show", "zyxel", *pack)):
        _, out, err = said(capsys, *line)
        assert all(one.isprintable() for one in (out + err).split("\n")), line
        assert "u{202e}" in out, line


@pytest.mark.parametrize("option", ["--entity", "--answers"])
def test_a_file_that_is_no_utf_8_is_refused_by_its_name(
    option: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.toml").write_bytes(b'name = "A\xff"\n')
    code, out, err = said(capsys, "review", folder, option, tmp_path / "bad.toml", "--list")
    assert code in (1, 2) and not out and err.count("\n") == 1 and "bad.toml: " in err and "docs/" in err


def test_sheets_and_papers_are_written_where_they_should_go(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / f"{BYTES}.xlsx"
    assert said(capsys, "review", folder, "--sheet", book)[0] == 4 and book.exists()
    assert said(capsys, "review", folder, "--from-sheet", book)[0] == 4
    paper = tmp_path / f"{BYTES}.html"
    assert said(capsys, "attest", folder, "--site-only", "--form", "far-52.204-26", "-o", paper)[::2] == (4, "")
    assert paper.stat().st_size > 10_000 and not list(tmp_path.glob("*.part"))

"""The collector's log and its lines on a terminal: one line stays one, whatever a site calls its devices."""

import logging

import pytest

from collector.command import main
from collector.log import logged


def test_a_line_of_the_log_is_one_line_of_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    level = logging.root.level
    logged()
    logging.getLogger("laydown.collector").error("%s %s", "/sites/\x1b[2J\r", "\u009b31m\u202e")
    logging.root.setLevel(level)
    assert capsys.readouterr().err.endswith("ERROR /sites/\\u{1b}[2J\\u{d} \\u{9b}31m\\u{202e}\n")


def test_a_fault_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["replay", "--dir", "/nowhere\x1b[2J"])
    assert capsys.readouterr().err.strip().isprintable()

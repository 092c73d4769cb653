"""What a person sees while a scan runs: lines that do not flood, bars on a terminal, nothing on standard output."""

from __future__ import annotations

import pytest

from agent.progress import BETWEEN, Bars, Lines, shown


def test_lines_come_at_the_beginning_at_the_end_and_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    lines = Lines(clock=lambda: now[0])
    lines.stage("tcp_ports", 1000)
    for _ in range(999):
        now[0] += BETWEEN / 200
        lines.step("tcp_ports", 1)
    lines.step("tcp_ports", 1)
    lines.step("a probe nobody began", 1)
    lines.close()
    out, err = capsys.readouterr()
    said = err.splitlines()
    assert (
        out == "" and said[0] == "laydown: tcp_ports: 1,000 to ask" and said[-1] == "laydown: tcp_ports: 1,000 of 1,000"
    )
    assert 5 <= len(said) <= 8


def test_stage_that_grows_has_no_early_end(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(clock=lambda: 0.0)
    lines.stage("services", 0)
    for _ in range(3):
        lines.grow("services", 2)
        lines.step("services", 2)
    assert capsys.readouterr().err == ""


def test_never_more_are_done_than_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(clock=lambda: 0.0)
    lines.stage("snmp_engine", 43)
    for count in (43, 4):  # four more, whom tables told of
        lines.step("snmp_engine", count)
    assert capsys.readouterr().err.splitlines()[-1] == "laydown: snmp_engine: 47 of 47"


def test_bars_count_and_keep_what_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars()
    bars.stage("ssh", 4)
    bars.grow("ssh", 2)
    bars.step("ssh", 6)
    bars.say("a line that stays")
    bars.close()
    out, err = capsys.readouterr()
    assert out == "" and "a line that stays" in err and "6/6" in err


def test_no_terminal_means_lines() -> None:
    assert isinstance(shown(), Lines)

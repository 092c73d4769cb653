"""Review in the terminal: only what is raised is asked, each word is on disk at once, two writers lose nothing, exits say what is open."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from agent.command import root
from agent.results import REPORT
from agent.review.store import Store
from model.answering import entered
from model.answers import Answer, Answers, parsed
from model.canonical import digest
from model.trouble import Trouble, UsageTrouble
from reporters import json as as_json
from reporters.asking import asked
from reporters.forms._disclosure import units
from tests.reporters import sample

ENTITY = """
name = "Example Marine LLC"
[[site]]
id = "hq"
[[contract]]
number = "C-1"
clauses = ["52.204-26", "52.240-91"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / REPORT).write_bytes(as_json.render(sample.report()))
    (tmp_path / "entity.toml").write_text(ENTITY)
    return tmp_path


def said(folder: Path, *words: str, lines: str = "") -> Result:
    line = ["review", str(folder), "--entity", str(folder / "entity.toml"), *words]
    return CliRunner().invoke(root, line, input=lines, catch_exceptions=False)


def test_the_questions_are_those_that_findings_holds_and_clauses_raise(folder: Path) -> None:
    told = json.loads(said(folder, "--json").stdout)
    keys = [one["key"] for one in told["questions"]]
    assert len(keys) == len(set(keys)) and told["open"] == sum(not one["optional"] for one in told["questions"])
    accused = {one.subject for one in units(sample.filing())}
    assert any(" " in one for one in accused), "a part of a device is asked about like a device"
    assert {key.split(":")[1] for key in keys if key.startswith("device:")} == accused
    assert "box:far-52.204-26:c2:C-1" in keys and "look:fascsa-orders" in keys
    assert not any("52.204-24" in key or "dfars" in key for key in keys), "no contract carries it"
    assert not (folder / "answers.toml").exists()


def test_a_class_never_speaks_of_what_is_accused(folder: Path) -> None:
    asks = asked(sample.filing())
    classes = [one for one in asks if one.key.startswith("class:")]
    assert classes
    for one in classes:
        assert not any(word in one.why for word in (" is covered", " is suspect", " is conflict"))


def test_a_word_is_on_disk_before_the_next_question(folder: Path) -> None:
    lines = "visitors\nno\nguest network\n2099-01-01\nq\n"
    result = said(folder, "--by", "A. Officer", lines=lines)
    assert result.exit_code == 4 and "1 kept" in result.output
    answers = parsed((folder / "answers.toml").read_bytes(), "answers.toml")
    assert answers.reports == (digest((folder / REPORT).read_bytes()),)
    assert [(one.whose, one.used, one.by) for one in answers.disposition] == [("visitors", "no", "A. Officer")]
    again = json.loads(said(folder, "--json").stdout)
    assert again["open"] < len(again["questions"])


def test_a_wrong_answer_is_told_by_name_and_asked_again(folder: Path) -> None:
    lines = "visitors\nmaybe\nno\nguests\n2026-13-40\nvisitors\nno\nguests\n2099-01-01\nq\n"
    result = said(folder, "--by", "A. Officer", lines=lines)
    assert "One of these: yes, no" in result.output
    assert "until: '2026-13-40' is no day of the calendar" in result.output
    assert "1 kept" in result.output


def test_enter_skips_help_explains_back_returns_and_the_end_of_input_ends(folder: Path) -> None:
    result = said(folder, "--by", "A. Officer", lines="?\n\n<\n")
    assert "hold" in result.output and result.output.count("[1 / ") == 2
    assert "0 kept" in result.output and not (folder / "answers.toml").exists()


def test_nobody_named_is_refused(folder: Path) -> None:
    with pytest.raises(UsageTrouble, match="nobody is named: say --by NAME"):
        said(folder, lines="\n")


def test_answers_for_another_report_are_refused(folder: Path) -> None:
    (folder / "answers.toml").write_text(f'reports = ["sha256:{"0" * 64}"]\n')
    result = CliRunner().invoke(root, ["review", str(folder), "--entity", str(folder / "entity.toml"), "--list"])
    assert result.exit_code != 0 and "about another report" in str(result.exception) + result.output


def test_two_that_write_at_once_lose_no_word_of_each_other(folder: Path) -> None:
    path, reports = folder / "answers.toml", (digest((folder / REPORT).read_bytes()),)
    first, second = Store(path, reports), Store(path, reports)

    def slowly(answers: Answers) -> Answers:
        if not any(
            one.text == "other" for one in answers.answer
        ):  # the other writes between this one's look and its write
            second.change(lambda held: entered(held, "answer", Answer("records", "other", "B", "2026-11-23")))
        return entered(answers, "answer", Answer("services", "mine", "A", "2026-11-23"))

    first.change(slowly)
    assert {one.text for one in first.read().answer} == {"mine", "other"}


def test_what_cannot_be_written_leaves_what_was_there(folder: Path) -> None:
    store = Store(folder / "answers.toml", ("sha256:" + "1" * 64,))
    store.change(lambda held: entered(held, "answer", Answer("records", "kept", "A", "2026-11-23")))
    before = store.path.read_bytes()

    def broken(answers: Answers) -> Answers:
        raise Trouble("x", "no", "never")

    with pytest.raises(Trouble):
        store.change(broken)
    assert store.path.read_bytes() == before
    assert msgspec.toml.decode(before)["answer"][0]["text"] == "kept"

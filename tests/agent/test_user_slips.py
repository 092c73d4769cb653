"""Slips of the hand: a wrong file, order or ending, a device as output. One line that leads on, and nothing is lost or replaced."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from agent.results import write
from tests.agent.cli import HUAWEI, Shell, clear


@pytest.fixture
def held(shell: Shell) -> Path:
    Path("router.snmprec").write_text(HUAWEI)
    assert shell("import", "router.snmprec", "-o", "held", "--site", "hq").code == 0
    return Path("held")


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    """As root `-o /dev/null` would otherwise put a file where every program looks for the device."""
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write(pipe, b"words")
    reader.join(10)
    assert got == [b"words"] and pipe.is_fifo() and [one.name for one in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_standard_output_by_name_is_standard_output(shell: Shell, held: Path, name: str) -> None:
    assert shell("report", held, "-f", "csv", "-o", name).out == shell("report", held, "-f", "csv").out
    assert not Path("-").exists()


@pytest.mark.parametrize("words", [("rules", "show"), ("agent", "release"), ("rules", "update-registry")])
def test_the_help_that_is_named_is_that_of_the_whole_command(shell: Shell, words: tuple[str, ...]) -> None:
    clear(shell(*words), f"see `laydown {' '.join(words)} --help`")


def test_a_paper_that_is_not_there(shell: Shell) -> None:
    clear(shell("sign", "nowhere.pdf"), "nowhere.pdf", "no such folder or file")


def test_the_public_half_signs_nothing(shell: Shell, held: Path) -> None:
    assert shell("keygen", "site.key").code == 0
    clear(shell("sign", held, "--key", "site.key.pub"), "the public half", "without .pub")
    Path("notes.txt").write_text("no key")
    clear(shell("sign", held, "--key", "notes.txt"), "notes.txt", "no key that can be read")


def test_a_paper_in_a_medium_that_is_none_makes_no_folder(shell: Shell, held: Path) -> None:
    told = shell("attest", held, "--site-only", "--form", "far-52.204-26", "-o", "paper.doc")
    clear(told, "paper.doc", ".docx")
    assert told.code == 2 and not Path("paper.doc").exists()


def test_the_list_of_forms_is_one_column_of_ids(shell: Shell) -> None:
    lines = shell("attest", "--form", "list").out
    assert len({len(line) - len(line.split(None, 1)[1]) for line in lines}) == 1, lines


def test_answers_about_more_reports_than_were_named(shell: Shell, held: Path) -> None:
    Path("other.snmprec").write_text(HUAWEI + "1.3.6.1.2.1.1.5.0|4|other\n")
    assert shell("import", "other.snmprec", "-o", "other", "--site", "annex").code == 0
    digests = [shell("verify", folder, "--json") and _digest(folder) for folder in (held, Path("other"))]
    (held / "answers.toml").write_text(f"reports = {digests}\n".replace("'", '"'))
    line = clear(shell("status", held), "about 2 reports together", digests[1], "name the folders of all of them")
    assert digests[0] not in line


@pytest.mark.parametrize("words", [("push", "held"), ("agent", "send"), ("agent", "rotate")])
def test_a_machine_that_is_enrolled_nowhere_is_told_how(shell: Shell, held: Path, words: tuple[str, ...]) -> None:
    Path("agent.toml").write_text(f'[site]\nid = "hq"\n[agent]\nstate = "{Path.cwd() / "state"}"\n')
    clear(shell(*words), "enrolled with no collector", "laydown agent enroll URL")


def test_a_key_of_facts_that_nobody_knows(shell: Shell) -> None:
    clear(
        shell("rules", "explain", "snmp.sys_descr", "Hikvision"), "snmp.sys_descr", "did you mean snmp.sys_description"
    )
    assert shell("rules", "explain", "snmp.sys_description", "nothing known").code == 0


def test_status_names_the_whole_next_command(shell: Shell, held: Path) -> None:
    Path("my entity.toml").write_text('name = "E"\n[[site]]\nid = "hq"\n')
    told = shell("status", held, "--entity", "my entity.toml")
    assert "Next: laydown review held --entity 'my entity.toml'" in told.out


def test_questions_that_may_stay_open_are_no_open_ones(shell: Shell, held: Path) -> None:
    """Status and review once counted differently."""
    told, asked = shell("status", held, "--json").json, shell("review", held, "--json").json
    assert (
        told["questions_open"]
        == asked["open"]
        == sum(not (one["said"] or one["optional"]) for one in asked["questions"])
    )
    assert any(one["optional"] for one in asked["questions"]), "else this says nothing"


def _digest(folder: Path) -> str:
    from hashlib import sha256

    return "sha256:" + sha256((folder / "report.json").read_bytes()).hexdigest()

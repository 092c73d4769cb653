"""laydown rules: what is known, the proof of it, and each fault of a pack as one line with exit 1."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.agent.cli import ROOT, Shell, clear

RULE = """
[[rule]]
id = "of-the-test"
key = "html_title"
pattern = '^Box of the test'
grade = "declared"
matches = ["Box of the test 7"]
misses = ["A box of the test"]
source = "test"
"""


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    for room in ("rules", "covered", "relabels", "registry"):
        shutil.copytree(ROOT / "fingerprints" / room, tmp_path / "pack" / room)
    return tmp_path / "pack"


def test_the_shipped_pack_is_sound(shell: Shell) -> None:
    told = shell("rules", "check")
    assert (told.code, told.err) == (0, []) and ", 0 faults, pack sha256:" in told.out[0]


def test_a_sound_addition_is_sound(shell: Shell, pack: Path) -> None:
    (pack / "rules" / "tester.toml").write_text('name = "Tester Inc"' + RULE)
    told = shell("rules", "check", "--pack", pack)
    assert (told.code, told.err) == (0, [])
    assert any(line.startswith("tester ") for line in shell("rules", "list", "--pack", pack).out)


FAULTS = {
    "broken proof": (
        RULE.replace("test 7", "text 7"),
        "rules/tester.toml [of-the-test]: does not match its own example",
    ),
    "near-miss hit": (RULE.replace("A box", "Box"), "rules/tester.toml [of-the-test]: matches its near-miss"),
    "no source": (RULE.replace('"test"', '""'), "rules/tester.toml [of-the-test]: needs matches, misses and a source"),
    "look-around": (
        RULE.replace("^Box", "(?<!x)Box"),
        "rules/tester.toml [of-the-test]: (?<!x)Box of the test: not an RE2",
    ),
    "template": (RULE + 'model = "{type}"', "rules/tester.toml [of-the-test]: a template names {type}"),
    "stealing": (
        RULE.replace("html_title", "snmp.sys_description")
        .replace("Box of the test", "Cisco IOS")
        .replace("A box", "B"),
        "rules/tester.toml [of-the-test]: claims the example",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_line_and_exit_1(shell: Shell, pack: Path, name: str) -> None:
    rule, said = FAULTS[name]
    (pack / "rules" / "tester.toml").write_text('name = "Tester Inc"' + rule)
    told = shell("rules", "check", "--pack", pack)
    assert told.code == 1 and ", 0 faults" not in told.out[0]
    assert any(line.startswith(said) for line in told.err), told.err
    assert all(line.startswith("rules/") and len(line) < 1500 for line in told.err)
    assert len(told.err) == 1 or name == "stealing", "it robs many examples at once"


LOADING = {
    "missing source": (
        "rules/tester.toml",
        'name = "T"' + RULE.replace('source = "test"', ""),
        "[of-the-test]: Object missing",
    ),
    "broken TOML": ("rules/tester.toml", "name = ", "rules/tester.toml: not TOML"),
    "not text": ("rules/tester.toml", "\x00", "rules/tester.toml: not TOML"),
    "twice": ("rules/tester.toml", 'name = "T"' + RULE + RULE, "rules/tester.toml: rule id 'of-the-test' stands twice"),
    "no deciding authority": ("covered/section-889.toml", None, "covered/: no authority of this pack decides"),
    "broken law": ("covered/section-889.toml", "id = 7", "covered/section-889.toml: "),
    "broken registry": ("registry/ma-l.bin", "x", "ma-l.bin is not the file that registry.toml describes"),
}


@pytest.mark.parametrize("name", LOADING)
def test_what_keeps_a_pack_from_loading_is_one_line(shell: Shell, pack: Path, name: str) -> None:
    file, text, said = LOADING[name]
    (pack / file).unlink(missing_ok=True)
    if text is not None:
        (pack / file).write_text(text)
    told = shell("rules", "check", "--pack", pack)
    assert told.code == 1 and not told.out
    clear(told, said)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "relabels/tester.toml",
            '[[relabel]]\nbrand = "nobody-at-all"\nfactory = "dahua"\nsources = ["x"]\n',
            "relabels: brand 'nobody-at-all' has no rules file",
        ),
        (
            "relabels/tester.toml",
            '[[relabel]]\nbrand_name = "B"\nfactory = "nobody-at-all"\nsources = ["x"]\n',
            "relabels: 'B' needs a known factory",
        ),
        ("rules/hytera.toml", None, "covered/section-889: names 'hytera', which has no rules file"),
        (
            "relabels/tester.toml",
            '[[relabel]]\nbrand_name = "B"\nfactory = "dahua"\nsources = ["x"]\nsold = "November 2022"\n',
            "relabels: B <- dahua: 'November 2022' is no day",
        ),
        (
            "relabels/tester.toml",
            '[[relabel]]\nbrand_name = "B"\nfactory = "dahua"\nsources = ["x"]\nfrom = "2022"\nuntil = "2018"\n',
            "relabels: B <- dahua: ends (2018) before it begins (2022)",
        ),
        (
            "relabels/tester.toml",
            '[[relabel]]\nbrand_name = "B"\nfactory = "dahua"\nsources = ["x"]\nby_name = true\nmark = "Q"\n',
            "relabels: B <- dahua: mark 'Q' is none of",
        ),
        (
            "covered/tester.toml",
            'id = "x"\ntitle = "X"\ncites = ["y"]\n[[affiliate]]\nmaker = "axis"\nof = "dahua"\n',
            "covered/x [axis]: an affiliate needs a source",
        ),
    ],
)
def test_a_name_that_the_pack_does_not_know_is_said(
    shell: Shell, pack: Path, file: str, text: str | None, said: str
) -> None:
    (pack / file).unlink(missing_ok=True)
    if text is not None:
        (pack / file).write_text(text)
    told = shell("rules", "check", "--pack", pack)
    assert told.code == 1 and any(line.startswith(said) for line in told.err), told.err


def test_explain_names_rule_grade_and_source(shell: Shell) -> None:
    told = shell("rules", "explain", "http_header.server", "DNVRS-Webs")
    assert (
        told.code == 0 and told.out[0].startswith("hikvision/") and ": declared (" in told.out[0] and "[" in told.out[0]
    )
    assert shell("rules", "explain", "html_title", "zzzz").out == ["no rule speaks on html_title = 'zzzz'"]


def test_show_is_the_file_itself(shell: Shell) -> None:
    text = (ROOT / "fingerprints" / "rules" / "hytera.toml").read_text()
    assert "\n".join(shell("rules", "show", "hytera").out) + "\n" == text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rules", "show", "nobody-at-all"], "nobody-at-all: no such maker"),
        (["rules", "show", "../covered/section-889"], "no such maker"),
        (["rules", "show"], "Missing argument"),
        (["rules", "polish"], "No such command 'polish'"),
        (["rules", "check", "--pack", "/absent"], "/absent: no such pack"),
        (["rules", "explain", "html_title"], "Missing argument"),
    ],
)
def test_wrong_usage_is_one_line(shell: Shell, words: list[str], said: str) -> None:
    told = shell(*words)
    assert told.code == 2
    clear(told, said)

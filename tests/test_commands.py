"""Every command has help with an example and a page that names each option; the program starts without what it does not need."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from agent.command import root
from tests.agent.cli import Shell, clear

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "commands"


def commands() -> Iterator[tuple[str, click.Command]]:
    """(words, command) of every command and subcommand, hidden ones left out."""
    context = click.Context(root)
    for name in root.list_commands(context):
        found = root.get_command(context, name)
        if found is not None and not found.hidden:
            yield name, found
            if isinstance(found, click.Group):
                yield from ((f"{name} {sub}", one) for sub, one in sorted(found.commands.items()))


COMMANDS = dict(commands())
TOP = [name for name in COMMANDS if " " not in name]


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


def files() -> set[str]:
    return {path.stem.rstrip("_").replace("_", "-") for path in (ROOT / "agent" / "cli").glob("[a-z]*.py")}


def test_the_commands_are_the_files() -> None:
    assert set(TOP) == files() and {"import", "assess", "coverage", "report", "rules"} <= set(TOP)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does(name: str, shell: Shell) -> None:
    told = shell(*name.split(), "--help")
    assert told.code == 0 and not told.err
    assert COMMANDS[name].get_short_help_str(limit=200), "a line for the list of commands"
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option) and not parameter.hidden and parameter.name != "help":
            assert parameter.help, f"{parameter.opts} has no help"


@pytest.mark.parametrize("name", TOP)
def test_a_command_gives_an_example(name: str, shell: Shell) -> None:
    text = "\n".join(shell(name, "--help").out)
    example = re.search(r"Example:\s+laydown (\S+)", text)
    assert example and example[1] == name, text


@pytest.mark.parametrize("name", TOP)
def test_a_command_has_a_page_that_names_every_option(name: str) -> None:
    page = PAGES / f"{name}.md"
    assert page.exists(), f"write {page.relative_to(ROOT)}"
    text = page.read_text("utf-8")
    assert text.startswith(f"# laydown {name}\n") and re.search(rf"Example: `laydown {name}\b", text)
    for words, command in COMMANDS.items():
        if words == name or words.startswith(f"{name} "):
            assert words in text, f"{page.name} does not name `laydown {words}`"
            missing = [opt for opt in options(command) if not re.search(rf"(?<![\w-]){re.escape(opt)}(?![\w-])", text)]
            assert not missing, f"{page.name} does not name {', '.join(missing)}"


def options(command: click.Command) -> list[str]:
    return [
        opt
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for opt in (*parameter.opts, *parameter.secondary_opts)
    ]


@pytest.mark.parametrize("page", sorted(path.stem for path in PAGES.glob("*.md")))
def test_a_page_is_of_a_command_and_names_no_option_that_is_not(page: str) -> None:
    assert page in TOP, f"no command {page}"
    known = {opt for words, command in COMMANDS.items() if words.split()[0] == page for opt in options(command)} | {
        "--help"
    }
    table = re.findall(r"^\| (`-[^|]*) \|", (PAGES / f"{page}.md").read_text("utf-8"), re.MULTILINE)
    named = {opt for row in table for opt in re.findall(r"(?<![\w-])--?[a-z][a-z0-9-]*", row)}
    assert named <= known, f"{page}.md names {sorted(named - known)}"


def test_an_unknown_command_is_one_line(shell: Shell) -> None:
    told = shell("frobnicate")
    assert told.code == 2 and not told.out
    clear(told, "frobnicate", "laydown --help")


@pytest.mark.parametrize("name", TOP)
def test_an_unknown_option_is_one_line(name: str, shell: Shell) -> None:
    told = shell(name, "--frobnicate")
    assert told.code == 2
    clear(told, "--frobnicate", "--help")


def test_no_word_at_all_is_help(shell: Shell) -> None:
    told = shell()
    assert told.code in (0, 2) and any("coverage" in line for line in [*told.out, *told.err])


HEAVY = """scapy pysnmp pyasn1 aiohttp re2 ahocorasick rich rich_click msgspec rfc8785 nmap mac_vendor_lookup cryptography jinja2 typst
pyroute2 zeroconf defusedxml structlog stamina holidays asyncio ssl xml.etree.ElementTree""".split()


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["import", "--help"], ["scan", "--help"], ["rules", "--help"]]
)
def test_help_imports_nothing_that_it_does_not_need(words: list[str]) -> None:
    code = (
        "import sys\nfrom agent.command import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit:\n    pass\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and done.stdout
    assert done.stderr.split() == []


PAGE = (ROOT / "docs" / "add-a-rule.md").read_text("utf-8")
WRITTEN = re.search(r"`fingerprints/(rules/\w+\.toml)`:\n\n```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_rule_of_the_page_judges_by_being_there(shell: Shell, tmp_path: Path) -> None:
    assert WRITTEN is not None, "the page has no example that says where it belongs"
    where, text = WRITTEN.groups()
    for room in ("rules", "covered", "relabels", "registry"):
        shutil.copytree(ROOT / "fingerprints" / room, tmp_path / "pack" / room)
    assert not (tmp_path / "pack" / where).exists()
    (tmp_path / "door.jsonl").write_text('{"id":"door","field":"html_title","text":"Exampleworks Door DS250 v3.0"}\n')
    before = shell("import", tmp_path / "door.jsonl", "-o", tmp_path / "out", "--pack", tmp_path / "pack")
    assert before.code == 0 and "1 unknown" in " ".join(before.out)
    (tmp_path / "pack" / where).write_text(text, "utf-8")
    assert shell("rules", "check", "--pack", tmp_path / "pack").code == 0
    after = shell("assess", tmp_path / "out", "--pack", tmp_path / "pack", "-o", tmp_path / "again")
    assert after.code == 0 and "1 clear" in " ".join(after.out)
    assert "door.jsonl#door: unknown -> clear exampleworks DS250" in after.out
    told = re.search(r'laydown rules explain (\S+) "([^"]+)"', PAGE)
    assert told is not None
    said = shell("rules", "explain", told[1], told[2], "--pack", tmp_path / "pack")
    assert (
        said.out[0].startswith("exampleworks/door-title: declared (high)") and "model=DS100 firmware=2.1" in said.out[0]
    )


def test_the_page_names_every_field_of_a_rule() -> None:
    from fingerprints.rules_format import Rule

    missing = [name for name in Rule.__struct_fields__ if f"`{name}`" not in PAGE]
    assert missing == ["confidence", "note"], "the page may leave out what judges nothing, and no more"

"""Every page leads somewhere: relative links and anchors exist, commands named are commands, no page tells how a machine is laid out."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from agent.command import root

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(`{3,}).*?^\1`*$", re.MULTILINE | re.DOTALL)
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|Users|mnt|tmp/(?!lab\b))[/\w]")
COMMAND = re.compile(r"\blaydown ([a-z][a-z-]*)(?: (\S+))?")
# Words that follow the program's name in sentences.
PROSE = {
    "again",
    "and",
    "at",
    "by",
    "does",
    "finds",
    "for",
    "in",
    "is",
    "itself",
    "not",
    "on",
    "scans",
    "that",
    "was",
    "with",
    "writes",
}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """What a page's headings can be linked by: lower case, blanks as hyphens, other signs gone."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        where, _, anchor = link.partition("#")
        target = (page.parent / where).resolve() if where else page
        assert target.exists() and target.is_relative_to(ROOT), f"{_name(page)} links to {link}"
        assert not anchor or anchor in anchors(target), f"{_name(page)} links to {link}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_no_page_tells_of_a_machine(page: Path) -> None:
    assert not MACHINE.findall(page.read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_commands_that_pages_name_exist(page: Path) -> None:
    """In code only: in `...`, and in blocks set off by four blanks or a fence."""
    text = page.read_text("utf-8")
    code = [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^ {4}(.+)$", text, re.MULTILINE), *_fenced(text)]
    context = click.Context(root)
    for name, next_word in (found for line in code for found in COMMAND.findall(line)):
        command = root.get_command(context, name)
        assert command is not None or name in PROSE, f"{_name(page)} names `laydown {name}`"
        if isinstance(command, click.Group) and next_word[:1].islower():
            assert next_word in command.commands, f"{_name(page)} names `laydown {name} {next_word}`"


def _fenced(text: str) -> list[str]:
    return [line for block in FENCE.finditer(text) for line in block[0].splitlines()]


def test_every_page_is_reached_from_the_readme() -> None:
    """By links alone; a link to a folder reaches all that is in it."""
    seen: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page.is_dir():
            ahead += [one for one in page.rglob("*.md") if one not in seen]
        elif page.suffix == ".md" and page not in seen and page.exists():
            seen.add(page)
            links = LINK.findall(FENCE.sub("", page.read_text("utf-8")))
            ahead += [(page.parent / link.partition("#")[0]).resolve() for link in links if ":" not in link]
    assert {_name(page) for page in PAGES} - {_name(page) for page in seen} == set()

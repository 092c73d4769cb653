"""ntc-templates, run so that a hostile text costs little: RE2 for their patterns, bounded lines, and one bad line costs only itself.

Of that package only its data are used (the templates and their index), with a few of our own; of textfsm its state machine.
ntc_templates.parse would read an environment variable, and raise the whole table away at the first line that a template does
not know (decision 0011).
"""

import io
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from agent.decode.cli import ours

LONGEST_LINE = 512  # characters that templates see
MOST_LINES = 20_000  # of one command's output
MOST_ROWS = 50_000
_COMPLETED = re.compile(r"\[\[(.+?)\]\]")


class Entry(msgspec.Struct, frozen=True):
    """One line of the index: templates (file names) for a command on a platform, both patterns matched from their beginning."""

    templates: tuple[str, ...]
    platform: str
    command: str


class Parsed(msgspec.Struct, frozen=True):
    """Rows with field names in lower case; lists stay lists. `unread`: numbers, from 0, of lines that no rule of the template knows."""

    template: str
    rows: list[dict[str, str | list[str]]]
    unread: list[int]


@lru_cache(maxsize=1)
def index() -> tuple[Entry, ...]:
    """What can be parsed: our own templates, then the package's list in its order: longer commands first."""
    text = ours.INDEX + _folder().joinpath("index").read_text("utf-8")
    rows = [line.split(", ", 3) for line in text.split("\n") if ".textfsm" in line and not line.startswith("#")]
    return tuple(Entry(tuple(row[0].split(":")), row[2].strip(), row[3].strip()) for row in rows if len(row) == 4)


def _folder() -> Any:
    return files("ntc_templates").joinpath("templates")


@lru_cache(maxsize=1)
def platforms() -> tuple[str, ...]:
    """Every platform's name, the longest first."""
    names = {name for one in index() for name in _spelled(one.platform)}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def _spelled(pattern: str) -> list[str]:
    """`(hp|aruba)_procurve` as the names that it stands for; () for a pattern of any other shape."""
    found = re.fullmatch(r"(\w*)(?:\(([\w|]+)\)(\w*))?", pattern)
    return [f"{found[1]}{middle}{found[3] or ''}" for middle in (found[2] or "").split("|")] if found else []


@lru_cache(maxsize=4096)
def template(platform: str, command: str) -> tuple[str, ...]:
    """Names of the templates for a command on a platform, () where there is none. `command` may be abbreviated."""
    fitting = [one for one in index() if platform in _names(one.platform)]
    found = next((one for one in fitting if _pattern(one.command).match(command)), None)
    return found.templates if found else _shortened(fitting, command)


def _shortened(entries: list[Entry], command: str) -> tuple[str, ...]:
    """Each word two or more first letters of the entry's, as terminals take them: `sh cdp nei`. () where not just one entry fits."""
    words = command.lower().split()
    found = {one.templates for one in entries if _begins(words, _COMPLETED.sub(r"\1", one.command).split())}
    return next(iter(found)) if len(found) == 1 else ()


def _begins(words: list[str], whole: list[str]) -> bool:
    return len(words) == len(whole) > 1 and all(
        long.startswith(short) and (len(short) > 1 or short == long) for short, long in zip(words, whole, strict=True)
    )


@lru_cache(maxsize=256)
def _names(pattern: str) -> frozenset[str]:
    return frozenset(_spelled(pattern))


@lru_cache(maxsize=2048)
def _pattern(command: str) -> re.Pattern[str]:
    """The index writes `sh[[ow]]` for sh, sho and show."""
    return re.compile(
        _COMPLETED.sub(lambda found: "(" + "(".join(found[1]) + ")?" * len(found[1]), command), re.IGNORECASE
    )


def parsed(platform: str, command: str, lines: list[str]) -> Parsed | None:
    """The rows of all templates for this command; None where there is no template."""
    names = template(platform, command)
    if not names:
        return None
    rows: list[dict[str, str | list[str]]] = []
    missed: list[set[int]] = []
    for name in names:
        found, unread = _run(
            name, tuple(line[:LONGEST_LINE] if not line.isspace() else "" for line in lines[:MOST_LINES])
        )
        rows += found
        missed.append(unread)
    return Parsed(names[0].removesuffix(".textfsm"), rows[:MOST_ROWS], sorted(set.intersection(*missed)))


def _run(name: str, lines: tuple[str, ...]) -> tuple[list[dict[str, str | list[str]]], set[int]]:
    from textfsm import TextFSM, TextFSMError  # type: ignore[import-untyped]

    machine = TextFSM(io.StringIO(_text(name)))
    _hardened(machine)
    unread: set[int] = set()
    for number, line in enumerate(lines):
        try:
            machine.ParseText(line + "\n", eof=False)
        except TextFSMError:
            unread.add(number)
        if machine._cur_state_name in ("End", "EOF") or len(machine._result) > MOST_ROWS:
            break
    machine.ParseText("", eof=True)
    names = [head.lower() for head in machine.header]
    return [{name: _texts(cell) for name, cell in zip(names, row, strict=True)} for row in machine._result], unread


def _texts(cell: Any) -> str | list[str]:
    """A group that took no part in a match is None; some values are lists of groups."""
    if isinstance(cell, list):
        return [
            one if isinstance(one, str) else " ".join(map(str, one.values())) if isinstance(one, dict) else ""
            for one in cell
        ]
    return cell if isinstance(cell, str) else ""


@lru_cache(maxsize=256)
def _text(name: str) -> str:
    return ours.NAMED.get(name) or str(_folder().joinpath(name).read_text("utf-8"))


def _hardened(machine: Any) -> None:
    """Every pattern in RE2, where it can say it: Python's own can take exponential time on a line made for that."""
    for rules in machine.states.values():
        for rule in rules:
            rule.regex_obj = _linear(rule.regex) or rule.regex_obj


@lru_cache(maxsize=8192)
def _linear(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error:
        return None  # look-around: none of these repeats what it repeats, and lines are short

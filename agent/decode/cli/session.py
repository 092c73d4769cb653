"""A terminal's log cut into commands and what they printed, by prompts or by headings; hosts are told apart by their prompts."""

import re
from collections.abc import Iterator

import msgspec

LONGEST = 512  # characters of a line that is looked at for a prompt
MOST_SECTIONS = 5_000
_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[()][0-9A-B]|[=>78])")
# What a pager asks, and the keys that some explain: Cisco and its small switches, Huawei, H3C, ZTE, Aruba, FASTPATH, D-Link.
_MORE = re.compile(
    r"(?i)(?:<?-{2,} ?\(?more[^-]{0,40}-{2,}>?|<--- More --->|\(more\s?\d*%?\)|-{4}\(more[^)]{0,12}\)-{3})"
    r"(?: ?press q or ctrl\+c to break -{2,}| ?or \(q\)uit|, next page: space, next line: (?:enter|return key), quit: control-c)?[ \b]*"
    r"|more: <space>, +quit: q[^,]{0,20}, one line: <(?:return|cr)>[ \b]*"
    r"|press any key to continue ?\(q to quit\)[ \b]*"
)
_PAGE = re.compile(
    r" ?lines \d{1,7}-\d{1,7}(?:/\d{1,7})?(?: ?\(END\)| \d{1,3}%)? *|\(END\) *"
)  # what `less` writes, on a line of its own
# When the terminal's program stamped each line: as [2026-01-31 10:11:12.123], with or without brackets, or the time alone.
_STAMP = re.compile(
    r"\[[^\[\]]{0,24}\d\d:\d\d:\d\d[^\[\]]{0,12}\] ?"
    r"|\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?:? "
    r"|\d\d:\d\d:\d\d[.,]\d{3} "
)
_NAME = r"[\w.\-]{1,64}(?:[ ][\w.\-]{1,32}){0,3}"
_PROMPT = re.compile(
    rf"""(?:\{{[\w:]{{1,20}}\}}\s*)?(?:
      [<\[](?:[~*+]|HRP_\w{{1,2}}[<\[])?(?P<vrp>[\w.\-/]{{1,64}})[>\]](?=\s*\S)
    | \[(?:\w[\w.\-]{{0,31}}@)(?P<tik>{_NAME})\]\s(?:/?[\w\- /]{{1,60}})?>
    | \((?P<aos>[\w.\-]{{1,64}})\)\s?(?:\[[\w/]{{1,40}}\]\s?)?[*^]?[\#>]
    | (?:\w[\w.\-]{{0,31}}@|RP/\d{{1,2}}/\w{{1,6}}/CPU\d:)?(?P<host>{_NAME})
      (?::[\w/~.\-]{{0,60}}|(?:/\w{{1,12}}){{0,3}})?(?:\s?\([\w./ @\-]{{1,40}}\))?\s?[\#>$%]
    | (?P<bare>-)>
    )\s*(?P<command>.*)""",
    re.VERBOSE,
)
_SHOWS = re.compile(
    r"(?i)(?:do |admin |run )*(?:show?|sh(?! +\S*[./])|dis(?:p|pl|pla|play)?|get|diag(?:nose)?) +\S.*"
    r"|.{0,80}\bprint\b.*|(?:chassis|lldp|vlan) show.*"
)
_HEADING = re.compile(
    r"(?i)(?:[!#*=\-]{1,80}[ \t]*)(?:command[ \t]*[:=][ \t]*)?[\"'`]?((?:show|display|get) [\w\-/.]{2,40}(?: [\w\-/.]{1,40}){0,6})"
    r"[\"'`]?[ \t]*:?[ \t]*[!#*=\-]{0,80}"
)


class Section(msgspec.Struct):
    """One command. `line`: where its prompt or heading stands, from 1; `lines`: that one (if there is any), then the output, as bytes."""

    host: str
    command: str
    line: int
    lines: list[bytes]
    headed: bool = True


def clean(line: bytes) -> str:
    """The line as a terminal shows it: escapes, pagers, stamps of the time and what was rubbed out are gone."""
    text = line.decode("utf-8", "replace")
    if "\x1b" in text or "ore" in text or "ORE" in text or "(Q to" in text:
        text = _MORE.sub("", _ANSI.sub("", text))
    if "\b" in text:
        text = _rubbed(text)
    text = text.rstrip("\r").rpartition("\r")[2].replace("\0", "")
    if text[:1] in "[0123456789":
        text = _STAMP.sub("", text, count=1) if _STAMP.match(text) else text
    return "" if _PAGE.fullmatch(text) else text


def _rubbed(text: str) -> str:
    kept: list[str] = []
    for sign in text:
        if sign != "\b":
            kept.append(sign)
        elif kept:
            kept.pop()
    return "".join(kept)


def prompt(line: str) -> tuple[str, str]:
    """(host, command) of a line that begins with a prompt; ("", "") for any other. The command may be empty."""
    found = _PROMPT.fullmatch(line[:LONGEST].rstrip())
    if not found:
        return "", ""
    host = next(filter(None, (found[name] for name in ("vrp", "tik", "aos", "host", "bare"))), "")
    return host, found["command"].strip()


def shows(command: str) -> bool:
    """Whether a command asks a device to show something."""
    return _SHOWS.fullmatch(command) is not None


def heading(line: str) -> str:
    """The command that a heading names (`------ show version ------`, `!Command: show version`), "" for any other line."""
    found = _HEADING.fullmatch(line[:LONGEST].strip())
    return found[1] if found else ""


def sections(lines: list[bytes]) -> list[Section]:
    """The log's sections: by prompts where any shows something, else by headings; [] where neither is there.

    What stands before the first is a section without command.
    """
    plain = [clean(line) if line[:1] not in b" \t" else "" for line in lines]
    asked = [prompt(line) if line else ("", "") for line in plain]
    hosts = {host for host, command in asked if host and shows(command)}
    if hosts:
        starts = {number: at for number, at in enumerate(asked) if at[0] in hosts}
    else:
        starts = {number: ("", found) for number, line in enumerate(plain) if (found := heading(line))}
    return list(_cut(lines, starts)) if starts else []


def _cut(lines: list[bytes], starts: dict[int, tuple[str, str]]) -> Iterator[Section]:
    marks = sorted(starts)[:MOST_SECTIONS]
    if any(line.strip() for line in lines[: marks[0]]):
        yield Section(starts[marks[0]][0], "", 1, lines[: marks[0]], headed=False)
    for at, end in zip(marks, [*marks[1:], len(lines)], strict=True):
        host, command = starts[at]
        yield Section(host, command, at + 1, lines[at:end])

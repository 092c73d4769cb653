"""Terminal logs of switches, routers and firewalls: what `show …` and `display …` printed, of one device or several.

Commands are told apart by prompts, by headings, or by the file's name (`cisco_ios_show_version.txt`, `sw1_show_arp.log`).
The text stays as it was, a page or more for each command; ntc-templates cut it into rows when it is read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from agent.ask import Source
from agent.decode.cli import mask, own, platform, rows, session, templates
from agent.decode.cli.session import Section
from agent.decode.macs import is_station, mac
from agent.decode.say import said
from agent.imports import _lines, _others, _tables
from model.claims import Fact
from model.evidence import Evidence, observed
from model.trouble import Trouble

TITLE = "terminal logs of network devices (show, display)"
KIND = "show"
_NAMED = re.compile(r"(?i)(?:^|[_\-. ])((?:show|display|get_(?:system|hardware|router))_[a-z0-9_\-]+)")
_TELLING = re.compile(
    r"(?i)(?:show|display|get|diagnose|print|admin|chassis)[_-]"
)  # the list of platforms takes a while to load
# One digit a turn: a name of many that ends otherwise would be tried in every way to cut it.
_TAIL = re.compile(r"(?i)(?:[_\-]?\d|\.(?:txt|log|raw|out|cfg))+$")
_ASKED = re.compile(r"([a-z0-9_]*): (.*?)(?: \(page \d+\))?")
MOST_LINE = 8_192  # bytes of a line that are kept


class Output(msgspec.Struct, frozen=True):
    """One command on one platform and the lines that it printed; `evidence`: the id of its first page."""

    evidence: str
    platform: str
    command: str
    lines: list[str]
    host: str = ""


def sniff(name: str, head: bytes) -> bool:
    """Whether a prompt asks for something to be shown, or the name says so and nobody else knows the file."""
    text = b"\0" not in _tables.plain(head[:4096])
    for line in _tables.head(head):
        host, command = session.prompt(session.clean(line))
        if (host and session.shows(command)) or session.heading(session.clean(line)):
            return text
    return bool(_of_name(name)[1]) and text and not _others.claim(name, head, (KIND, "csv"))


def _of_name(name: str) -> tuple[str, str]:
    """(platform or "", command or "") that a file's name tells: `folder/cisco_ios_show_version2.txt`."""
    if not _TELLING.search(name):
        return "", ""
    parts = name.replace("\\", "/").split("/")
    stem = _TAIL.sub("", parts[-1])
    every = templates.platforms()
    known = next((one for one in every for part in parts if part == one or part.startswith(f"{one}_")), "")
    found = _NAMED.search(stem)
    command = found[1] if found else stem.removeprefix(f"{known}_") if known and stem.startswith(f"{known}_") else ""
    return known, command.replace("_", " ")


def take(source: Source) -> Iterator[Evidence]:
    """A dialogue for each device: the pages of its commands. Then what no template could read. Trouble if there is no command."""
    lines = [line for _, line in _lines.lines(_tables.plain(source.data))]
    found = session.sections(lines) or _whole(source.origin, lines)
    hosts = sorted({one.host for one in found})
    for host in hosts:
        yield from _device(source, [one for one in found if one.host == host], host if len(hosts) > 1 else "")


def _whole(origin: str, lines: list[bytes]) -> list[Section]:
    command = _of_name(origin)[1]
    if not command or not any(line.strip() for line in lines):
        raise Trouble(
            origin,
            "no prompt, heading or file name tells which command printed it",
            "log it with its prompts, or name the file PLATFORM_COMMAND.txt, as cisco_ios_show_version.txt",
        )
    return [Section("", command, 1, lines, headed=False)]


def _device(source: Source, found: list[Section], host: str) -> Iterator[Evidence]:
    known = _of_name(source.origin)[0]
    asked = [(_bare(one.command), [session.clean(line) for line in one.lines[one.headed :]]) for one in found]
    name = known or platform.guessed([(command, lines) for command, lines in asked if command])
    first = _lines.observation(source, KIND, f"file:{source.origin}#{host}" if host else "")
    parent: str | None = None
    step, bad = 0, []
    for one, (command, lines) in zip(found, asked, strict=True):
        if mask.is_secret(one.command) or "(config" in session.clean(one.lines[0])[:120]:
            noted = f"{name}: {_safe(one.command)}: {len(lines)} lines left out: they may hold secrets"
            left = msgspec.structs.replace(first, asked=noted, status="noted", parent=parent, step=step)
            evidence = observed(left, mask.line_masked(one.lines[0][:MOST_LINE]) if one.headed else b"", _tables.MEDIA)
            parent, step = parent or evidence.id, step + 1
            yield evidence
            continue
        fault = _fault(name, command, lines, one.line)
        if fault:
            bad.append(fault)
        kept = [line[:MOST_LINE] + b"\n" for line in mask.masked(one.lines)]
        for number, page in enumerate(_lines.pages(kept)):
            label = f"{name}: {_safe(one.command)}" + (f" (page {number + 1})" if number else "")
            evidence = observed(
                msgspec.structs.replace(first, asked=label, parent=parent, step=step), page, _tables.MEDIA
            )
            parent, step = parent or evidence.id, step + 1
            yield evidence
    yield from _lines.failed(source, KIND, bad)


def _bare(command: str) -> str:
    """The command without what filters its output, in single blanks; `sh` and `dis` in full, since not every template knows them short."""
    found = re.sub(r"^(?:do|run|admin(?= show run)) ", "", " ".join(command.partition("|")[0].split()))
    return re.sub(r"(?i)^disp?l?a?(?= )", "display", re.sub(r"(?i)^sho?(?= )", "show", found))


def _safe(command: str) -> str:
    clean = "".join(sign for sign in command if sign.isprintable())[:200]
    return mask.line_masked(clean.encode()).decode()


def _fault(name: str, command: str, lines: list[str], line: int) -> _lines.Fault | None:
    """What a template that should read this output could not; None for commands that nobody reads."""
    found = templates.parsed(name, command, lines) if name else None
    if found is None or not (own.is_own(found.template) or rows.reader(found.template)):
        return None
    if len(lines) > templates.MOST_LINES:
        return _lines.Fault(
            line, f"{_safe(command)}: only {templates.MOST_LINES:,} of {len(lines):,} lines are read", b""
        )
    unread = [number for number in found.unread if lines[number].strip()]
    if unread:
        what = f"{_safe(command)}: {len(unread)} lines are not what {name} prints"
        return _lines.Fault(line + unread[0] + 1, what, mask.line_masked(lines[unread[0]].encode("utf-8", "replace")))
    return None


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """Facts about self, its parts, its neighbours and the stations in its tables, under the keys of docs/facts.md."""
    outputs = list(_outputs(evidence))
    tables = [
        (one, templates.parsed(one.platform, one.command, one.lines) if one.platform else None) for one in outputs
    ]
    named = next((one for one in outputs if len(one.host) > 1), None)
    told = [*said(named.evidence, "self", "cli.hostname", named.host)] if named else []
    for one, found in tables:
        told += _of_itself(one, found)
    mine = own.Own(frozenset(fact.value for fact in told if fact.key == "mac.address"))
    seen = set(told)
    for one, found in tables:
        reader = rows.reader(found.template) if found and not own.is_own(found.template) else None
        if reader and found:
            seen.update(reader(one.evidence, found.rows, mine))
    yield from sorted(seen)


def _of_itself(one: Output, found: templates.Parsed | None) -> Iterator[Fact]:
    if own.VERSION.fullmatch(one.command):
        yield from own.version(one.evidence, one.lines)
    if found and own.is_own(found.template):
        yield from own.facts(one.evidence, found.template, found.rows)
    elif found and rows.reader(found.template) in (rows.interfaces, rows.arp):
        yield from _own_macs(one, found.rows, rows.reader(found.template) is rows.interfaces)


def _own_macs(one: Output, found: Iterable[rows.Row], every: bool) -> Iterator[Fact]:
    """MACs of interfaces; and those of an ARP table's rows that never age, if several addresses have them: the device's own."""
    held: dict[str, set[str]] = {}
    for row in found:
        station = mac(rows.text(row, "mac_address", "hardware_address", "bia"))
        age = next((str(row[name]) for name in ("age", "age_min", "aging") if name in row), "")
        mark = rows.text(row, "type") if one.platform == "huawei_vrp" else ""
        if is_station(station):
            sure = every or age == "H" or mark.split(" ")[:1] == ["I"]
            held.setdefault(station, set()).update(
                [rows.text(row, "ip_address", "address")] if age == "-" else [], ["1", "2"] if sure else []
            )
    for station, addresses in held.items():
        if len(addresses) > 1:
            yield from said(one.evidence, "self", "mac.address", station)


def _outputs(evidence: Sequence[Evidence]) -> Iterator[Output]:
    """The commands of a dialogue, the pages of each joined."""
    held: Output | None = None
    for one in sorted(evidence, key=lambda one: one.observation.step):
        found = _ASKED.fullmatch(one.observation.asked)
        if one.body is None or one.observation.status not in ("answered", "cut") or not found:
            continue
        lines = one.body.removesuffix(b"\n").split(b"\n")
        if held and "(page " in one.observation.asked[-12:]:
            held.lines.extend(map(session.clean, lines))
            continue
        if held:
            yield held
        host, command = session.prompt(session.clean(lines[0]))
        headed = (bool(host) and command == found[2]) or session.heading(session.clean(lines[0])) == found[2]
        held = Output(
            one.id, found[1], _bare(found[2]), [session.clean(line) for line in lines[headed:]], host if headed else ""
        )
    if held:
        yield held

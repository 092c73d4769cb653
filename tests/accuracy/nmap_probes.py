"""nmap's service probes: the file read, and its match lines run over an answer as nmap runs them.

For an answer to a probe nmap tries that probe's lines, then those of its fallbacks, then those of the NULL probe; the first
`match` that holds wins, and a `softmatch` leaves only lines of its service in the running (nmap, "Service and Version
Detection"). Patterns are PCRE with the flags i and s, over bytes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FILE = Path("/usr/share/nmap/nmap-service-probes")
_LINE = re.compile(r"(match|softmatch) (\S+) m(.)")
_INFO = re.compile(r"(?:^| )(p|v|i|h|o|d)(.)(.*?)\2(?= |$)|(?:^| )(cpe:)(.)(.*?)\5a?(?= |$)")


class Match(NamedTuple):
    """One line. `info`: what it would print, fields by their letter, `cpe:` for all identifiers."""

    hard: bool
    service: str
    pattern: re.Pattern[bytes]
    info: dict[str, str]


class Probes:
    """All probes by name; `refused`: patterns that Python's engine does not take."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, list[Match]] = {}
        self.fallback: dict[str, list[str]] = {}
        self.refused = 0
        name = ""
        for line in text.splitlines():
            if line.startswith("Probe "):
                name = line.split()[2]
                self.lines[name] = []
            elif line.startswith("fallback "):
                self.fallback[name] = line.split(None, 1)[1].replace(" ", "").split(",")
            elif line.startswith(("match ", "softmatch ")):
                self._take(name, line)

    def _take(self, name: str, line: str) -> None:
        head = _LINE.match(line)
        end = line.find(head[3], head.end()) if head else -1
        if not head or end < 0:
            self.refused += 1
            return
        flags, _, rest = line[end + 1 :].partition(" ")
        options = (re.IGNORECASE if "i" in flags else 0) | (re.DOTALL if "s" in flags else 0)
        try:
            pattern = re.compile(line[head.end() : end].encode("latin-1"), options)
        except (re.error, OverflowError):
            self.refused += 1
            return
        self.lines[name].append(Match(head[1] == "match", head[2], pattern, _info(rest)))

    def identify(self, answer: bytes, probe: str) -> Match | None:
        """The line that nmap would print for `answer` to `probe`, None where none holds."""
        soft = ""
        for line in self._in_order(probe):
            if (not soft or line.service == soft) and line.pattern.search(answer):
                if line.hard:
                    return line
                soft = line.service
        return None

    def _in_order(self, probe: str) -> Iterator[Match]:
        for name in dict.fromkeys((probe, *self.fallback.get(probe, ()), "NULL")):
            yield from self.lines.get(name, ())


def _info(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for hit in _INFO.finditer(text):
        key, value = (hit[1], hit[3]) if hit[1] else ("cpe:", hit[6])
        found[key] = f"{found[key]} {value}" if key in found else value
    return found


def read(path: Path = FILE) -> Probes | None:
    """The probes of an installed nmap, None where there is none."""
    return Probes(path.read_text("latin-1")) if path.exists() else None


def version() -> str:
    """The installed nmap's version, as it says it."""
    program = shutil.which("nmap")
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout if program else ""
    found = re.search(r"version (\S+)", said)
    return found[1] if found else "of an unknown version"

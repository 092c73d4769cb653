"""Neighbour tables as text: `arp -a`, `-an`, `-n` of Linux, BSD, macOS and Windows, and Linux's /proc/net/arp.

Sources: net-tools arp(8), FreeBSD arp(8), proc(5), and Microsoft's page on arp; Windows speaks its user's language.
"""

import re
from collections.abc import Iterator, Sequence

from agent.ask import Source
from agent.decode.macs import is_station, mac
from agent.decode.nets import usable
from agent.decode.say import attached, said
from agent.imports import _lines, _tables
from model.claims import Fact
from model.evidence import Evidence

TITLE = "a neighbour table (arp -a, arp -n, /proc/net/arp)"
KIND, SHAPE = "arp_table", "a row of a neighbour table"
_ADDRESS, _MAC = r"(?P<address>[0-9]{1,3}(?:\.[0-9]{1,3}){3})", r"(?P<mac>[0-9A-Fa-f]{1,2}(?:[:-][0-9A-Fa-f]{1,2}){5})"
_NONE = r"(?:[<(]incomplete[>)]|\(?(?:incomplete|unvollständig|incomplet|incompleto)\)?)"
_BSD = rf"(?P<host>\S{{1,255}}) \({_ADDRESS}\) (?:at|auf) (?:{_MAC}|{_NONE})(?: \[\w+\])?(?: PERM| PUP)*"
_ROWS = tuple(
    map(
        re.compile,
        (
            rf"{_BSD} (?:on|auf) (?P<port>\S{{1,64}})(?: .*)?",
            rf"(?P<host>\S{{1,255}}) +(?:[a-z]\w* +{_MAC}(?: +[A-Z]+)?|{_NONE})(?: +\*)? +(?P<port>\S{{1,64}})",
            rf"{_ADDRESS} +0x\w+ +0x(?P<flags>\w+) +{_MAC} +\S+ +(?P<port>\S{{1,64}})",
            rf"{_ADDRESS} +{_MAC}(?: +[^\s\d]+)",
        ),
    )
)
_OWN = r"\S+ ?: (?P<own>[0-9.]+) (?:---|on) (?:0x[0-9a-f]+|Interface 0x[0-9a-f]+)"
# The column names of Windows are in its user's language: three words or groups of words far apart.
_TITLES = r"[^\d:]{3,40}?\s{3,}[^\d:]{3,40}?\s{3,}[^\d:]{2,40}"
_HEADS = re.compile(rf"(?:Address +HWtype .*|IP address +HW type .*|{_OWN}|\?.*no match found.*|Entries: .*|{_TITLES})")


def sniff(name: str, head: bytes) -> bool:
    """Whether one of the first lines is a row, and those before it belong to such a table."""
    for line in _tables.head(head)[:5]:
        text = line.decode("utf-8", "replace").strip()
        if _row(text):
            return True
        if not _HEADS.fullmatch(text[:600]):
            return False
    return False


def take(source: Source) -> Iterator[Evidence]:
    """One dialogue of noted pages; then the lines that are no row. Trouble if none is one."""
    text = _lines.lines(_tables.plain(source.data))
    checked = [(number, line, _fault(line)) for number, line in text if line.strip()]
    if not any(_row(line.decode("utf-8", "replace").strip()) for _, line, _ in checked):
        raise _lines.wrong_kind(source, KIND, SHAPE)
    yield from _tables.rows(source, KIND, checked, SHAPE)


def _fault(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    return "" if _row(text) or _HEADS.fullmatch(text[:600]) else f"not {SHAPE}"


def _row(text: str) -> dict[str, str]:
    """The parts of a row, {} for any other line. A row with a name instead of an address is one, too."""
    if len(text) > 600:
        return {}
    found = next(filter(None, (pattern.fullmatch(text) for pattern in _ROWS)), None)
    return {key: value or "" for key, value in found.groupdict().items()} if found else {}


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`ip.address`, `dns.name` and `attached` about `station:MAC`; incomplete and group entries are left out."""
    port = ""
    for name, text in _tables.pages(evidence):
        for line in map(str.strip, text.split("\n")):
            head = _HEADS.fullmatch(line[:600])
            port = f"interface {head['own']}" if head and head["own"] else port
            row = _row(line)
            yield from _station(name, row, row.get("port") or port)


def _station(name: str, row: dict[str, str], port: str) -> Iterator[Fact]:
    station, host = mac(row.get("mac", "")), row.get("host", "")
    address = row.get("address", "") or (host if usable(host) else "")
    if not is_station(station) or row.get("flags") == "0" or (address and not usable(address)):
        return
    yield from said(name, f"station:{station}", "ip.address", address)  # a row with a name instead still tells of a MAC
    if host not in ("?", address):
        yield from said(name, f"station:{station}", "dns.name", host)
    yield from attached(name, f"station:{station}", port)

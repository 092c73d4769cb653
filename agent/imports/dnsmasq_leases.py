"""The lease file of dnsmasq: `END MAC ADDRESS NAME CLIENT-ID` a line. Source: dnsmasq(8), --dhcp-leasefile."""

import re
from collections.abc import Iterator, Sequence

from agent.ask import Source
from agent.decode.nets import usable
from agent.imports import _leases, _lines, _tables
from model.claims import Fact
from model.evidence import Evidence

TITLE = "the lease file of dnsmasq"
KIND, SHAPE = "dnsmasq_leases", "END MAC ADDRESS NAME CLIENT-ID"
# The second word is a MAC (a hardware type other than Ethernet stands before it), or for IPv6 the association's number.
_ROW = re.compile(
    r"(\d{1,11}) ((?:[0-9a-fA-F]{2}-)?(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}|T?\d{1,10}) ([0-9a-fA-F.:]{2,45}) (\S{1,255}) (\S{1,600})"
)
_DUID = re.compile(r"duid [0-9a-fA-F:]{2,600}")


def sniff(name: str, head: bytes) -> bool:
    """Whether the first line is a lease, or the server's own DUID before one."""
    first = [line.decode("utf-8", "replace") for line in _tables.head(head)[:2]]
    return any(_ROW.fullmatch(line) for line in first)


def take(source: Source) -> Iterator[Evidence]:
    """One dialogue of pages; then the lines that are no lease. Trouble if none is one."""
    checked = [
        (number, line, _fault(line)) for number, line in _lines.lines(_tables.plain(source.data)) if line.strip()
    ]
    if not any(not fault and not line.startswith(b"duid ") for _, line, fault in checked):
        raise _lines.wrong_kind(source, KIND, SHAPE)
    yield from _tables.rows(source, KIND, checked, SHAPE)


def _fault(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    found = _ROW.fullmatch(text)
    return "" if (found and usable(found[3])) or _DUID.fullmatch(text) else f"not {SHAPE}"


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """Addresses and host names about `station:MAC`."""
    yield from _leases.facts(lease for name, text in _tables.pages(evidence) for lease in _rows(name, text))


def _rows(name: str, text: str) -> Iterator[_leases.Lease]:
    for found in filter(None, map(_ROW.fullmatch, map(str.strip, text.split("\n")))):
        end, hardware, address, host, client = found.groups()
        station = _leases.station(hardware) if ":" in hardware and "-" not in hardware else ""
        if not station and ":" in address:
            station = _leases.of_duid(client)
        yield _leases.Lease(name, address, station, "" if host == "*" else host, ends=_leases.at(end))

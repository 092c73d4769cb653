"""Leases that Windows Server exported: `Get-DhcpServerv4Lease | Export-Csv`. Source: Microsoft's DhcpServer module, its output columns."""

import re
from collections.abc import Iterator, Sequence

from agent.ask import Source
from agent.imports import _csv, _leases
from model.claims import Fact
from model.evidence import Evidence

TITLE = "leases that Windows Server exported (Get-DhcpServerv4Lease, CSV)"
KIND = "windows_leases"
_WANTED = ("ipaddress", "scopeid", "clientid")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d:\d\d:\d\d)")


def sniff(name: str, head: bytes) -> bool:
    """Whether the header is that of the lease objects."""
    return set(_WANTED) <= set(_csv.header(head))


def take(source: Source) -> Iterator[Evidence]:
    """One dialogue of pages; then the bad rows. Trouble if the header is another."""
    yield from _csv.take(source, KIND, _WANTED)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """Addresses, host names and vendor classes about `station:MAC`; declined addresses are nobody's."""
    yield from _leases.facts(_lease(*row) for row in _csv.read(evidence) if _given(row[1]))


def _given(row: dict[str, str]) -> bool:
    return "declined" not in row.get("addressstate", "").lower()


def _lease(name: str, row: dict[str, str]) -> _leases.Lease:
    # A client may choose any id; Windows prefixes none to a MAC, others send the hardware type 01 before it.
    client = row.get("clientid", "")
    station = _leases.station(client) or (_leases.station(client[3:]) if client[:3] in ("01-", "01:") else "")
    host = row.get("hostname", "").rstrip(".")
    return _leases.Lease(name, row.get("ipaddress", ""), station, host, row.get("vendorclass", ""), _ends(row))


def _ends(row: dict[str, str]) -> str:
    """The end where it is written as a date that can be read one way only; local formats (1/2/2026) are left out."""
    found = _ISO.search(row.get("leaseexpirytime", ""))
    return f"{found[1]}-{found[2]}-{found[3]}T{found[4]}" if found else ""

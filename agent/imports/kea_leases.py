"""The lease files of Kea's memfile backend (kea-leases4.csv, kea-leases6.csv). Source: Kea's Administrator Reference Manual, lease files.

The file grows: a later row of an address replaces the earlier one. Commas inside values are written as `&#x2c`.
"""

import re
from collections.abc import Iterator, Sequence

from agent.ask import Source
from agent.imports import _csv, _leases
from model.claims import Fact
from model.evidence import Evidence

TITLE = "the lease file of Kea DHCP (CSV)"
KIND = "kea_leases"
_WANTED = ("address", "valid_lifetime", "expire", "subnet_id")
_ESCAPED = re.compile(r"&#x([0-9a-fA-F]{2})")
_ASSIGNED = ("", "0")  # lease state: others are declined, reclaimed, released, registered


def sniff(name: str, head: bytes) -> bool:
    """Whether the header is Kea's."""
    return set(_WANTED) <= set(_csv.header(head))


def take(source: Source) -> Iterator[Evidence]:
    """One dialogue of pages; then the bad rows. Trouble if the header is another."""
    yield from _csv.take(source, KIND, _WANTED)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """Addresses and host names about `station:MAC`."""
    last: dict[str, _leases.Lease] = {}
    for name, row in _csv.read(evidence):
        address = row.get("address", "")
        last.pop(address, None)
        if row.get("state", "") in _ASSIGNED and row.get("lease_type", "0") in ("", "0"):
            last[address] = _lease(name, row)
    yield from _leases.facts(last.values())


def _lease(name: str, row: dict[str, str]) -> _leases.Lease:
    hardware = _leases.station(row.get("hwaddr", "")) or _leases.of_duid(row.get("duid", ""))
    host = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), row.get("hostname", "")).rstrip(".")
    return _leases.Lease(name, row.get("address", ""), hardware, host, ends=_leases.at(row.get("expire", "")))

"""JSON lines of {"address", "mac"}: what the wire process and the kernel's table give, as facts about stations."""

from collections.abc import Iterator, Sequence

import msgspec

from agent.decode.macs import is_station, mac
from agent.decode.say import said
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

# States of Linux's table in which the address was never resolved, or no longer answers.
DEAD = frozenset({"failed", "incomplete", "none", "noarp"})
MOST = 100_000  # lines of one reply


class Row(msgspec.Struct, frozen=True):
    """One station. `state` is the kernel's word, "" for an ARP reply."""

    address: str
    mac: str
    state: str = ""


_decode = msgspec.json.Decoder(Row).decode


def stations(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`ip.address` about `station:MAC`: a table's word about a host that may be long gone."""
    for name, mac_address, address in _rows(evidence):
        yield from said(name, f"station:{mac_address}", "ip.address", address)


def hosts(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`mac.address` about `host:ADDRESS`: the host itself answered."""
    for name, mac_address, address in _rows(evidence):
        yield from said(name, f"host:{address}", "mac.address", mac_address)


def _rows(evidence: Sequence[Evidence]) -> Iterator[tuple[str, str, str]]:
    """(evidence id, MAC, address), once for each pair; lines that are no row are skipped."""
    seen: set[tuple[str, str]] = set()
    for one in heard(evidence):
        for line in (one.body or b"").split(b"\n")[:MOST]:
            row = _row(line)
            if row and row not in seen:
                seen.add(row)
                yield one.id, *row


def _row(line: bytes) -> tuple[str, str] | None:
    try:
        row = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    station = mac(row.mac)
    return (station, row.address) if is_station(station) and row.state.lower() not in DEAD else None

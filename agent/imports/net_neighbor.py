"""The neighbour table of a Windows machine: `Get-NetNeighbor | Export-Csv`. Source: Microsoft's NetTCPIP module, its output columns."""

from collections.abc import Iterator, Sequence

from agent.ask import Source
from agent.decode.macs import is_station, mac
from agent.decode.nets import usable
from agent.decode.say import attached, said
from agent.imports import _csv
from model.claims import Fact
from model.evidence import Evidence

TITLE = "the neighbour table of a Windows machine (Get-NetNeighbor, CSV)"
KIND = "net_neighbor"
_WANTED = ("ipaddress", "linklayeraddress", "state")
_DEAD = frozenset({"unreachable", "incomplete"})


def sniff(name: str, head: bytes) -> bool:
    """Whether the header is that of the neighbour objects."""
    return set(_WANTED) <= set(_csv.header(head))


def take(source: Source) -> Iterator[Evidence]:
    """One dialogue of noted pages; then the bad rows. Trouble if the header is another."""
    yield from _csv.take(source, KIND, _WANTED)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`ip.address` and `attached` about `station:MAC`; what was never resolved is left out."""
    for name, row in _csv.read(evidence):
        station, address = mac(row.get("linklayeraddress", "")), row.get("ipaddress", "").partition("%")[0]
        if is_station(station) and usable(address) and row.get("state", "").lower() not in _DEAD:
            yield from said(name, f"station:{station}", "ip.address", address)
            yield from attached(name, f"station:{station}", row.get("interfacealias") or row.get("ifindex", ""))

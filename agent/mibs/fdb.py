"""BRIDGE-MIB and Q-BRIDGE-MIB: which station a switch has learnt on which port and VLAN (RFC 4188, RFC 4363)."""

from collections.abc import Callable, Iterator

from agent.decode.ber import Value
from agent.decode.macs import is_station, mac, of_index
from agent.decode.say import attached, said
from agent.decode.walk import Walk, number
from agent.mibs import interfaces
from model.claims import Fact

BASE = "1.3.6.1.2.1.17.1.1.0"
BASE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
PLAIN, PLAIN_STATUS = "1.3.6.1.2.1.17.4.3.1.2", "1.3.6.1.2.1.17.4.3.1.3"
TAGGED, TAGGED_STATUS = "1.3.6.1.2.1.17.7.1.2.2.1.2", "1.3.6.1.2.1.17.7.1.2.2.1.3"
VLAN_FDB = "1.3.6.1.2.1.17.7.1.4.2.1.3"
ROOTS = (BASE_PORT, PLAIN, PLAIN_STATUS, TAGGED, TAGGED_STATUS, VLAN_FDB)
SCALARS = (BASE,)
ROWS = 50_000
INVALID, SELF = 2, 4
IN_CONTEXT = (BASE_PORT, PLAIN, PLAIN_STATUS)  # what a switch that keeps a table a VLAN is asked for each VLAN


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`attached` about `station:MAC` with interface and VLAN; the bridge's own address is one of `self`.

    A table of a VLAN of its own (`walk.contexts`) has that VLAN's stations, and its own numbers of the ports.
    """
    bridge = mac(walk.value(BASE))
    if is_station(bridge):
        yield from said(evidence_of(BASE), "self", "mac.address", bridge)
    held_ports, own = ports(walk), interfaces.own(walk) | {bridge}
    seen: set[str] = set()
    for name, table in walk.contexts.items():
        vlan = name.removeprefix("vlan-")
        for oid, station, attached_to in _of_context(table, interfaces.names(walk)):
            if is_station(station) and station not in own:
                seen.add(station)
                yield from attached(table.evidence_of(oid), f"station:{station}", attached_to or "unknown", vlan)
    for oid, station, port, vlan in (*_tagged(walk), *_plain(walk)):
        # The plain table repeats the tagged one without its VLANs.
        if is_station(station) and station not in own and (vlan or station not in seen):
            seen.add(station)
            name = held_ports.get(str(port), str(port) if port else "")
            yield from attached(evidence_of(oid), f"station:{station}", name or "unknown", vlan)


def _of_context(table: Walk, names: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    indexes = {port: str(number(value)) for port, value in table.column(BASE_PORT).items()}
    for oid, station, port, _ in _plain(table):
        index = indexes.get(str(port), "")
        yield oid, station, names.get(index, index or str(port or ""))


def ports(walk: Walk) -> dict[str, str]:
    """{bridge port: name of its interface}."""
    names = interfaces.names(walk)
    indexes = {port: str(number(value)) for port, value in walk.column(BASE_PORT).items()}
    return {port: names.get(index, port) for port, index in indexes.items()}


def _tagged(walk: Walk) -> Iterator[tuple[str, str, int, str]]:
    vlans = _vlans(walk.column(VLAN_FDB))
    for index, port in _learnt(walk, TAGGED, TAGGED_STATUS):
        fdb = index.partition(".")[0]
        yield f"{TAGGED}.{index}", of_index(index), port, vlans.get(fdb, fdb)


def _plain(walk: Walk) -> Iterator[tuple[str, str, int, str]]:
    for index, port in _learnt(walk, PLAIN, PLAIN_STATUS):
        yield f"{PLAIN}.{index}", of_index(index), port, ""


def _learnt(walk: Walk, column: str, status: str) -> Iterator[tuple[str, int]]:
    states = walk.column(status)
    for index, value in walk.column(column).items():
        if number(states.get(index)) not in (INVALID, SELF):
            yield index, number(value) or 0


def _vlans(column: dict[str, Value]) -> dict[str, str]:
    """{filtering database: VLAN}, "" where several VLANs share one; one that is left out bears its VLAN's number."""
    found: dict[str, str] = {}
    for index, value in column.items():
        fdb, vlan = str(number(value)), index.rpartition(".")[2]
        found[fdb] = vlan if found.get(fdb, vlan) == vlan else ""
    return found

"""IF-MIB: the hardware addresses that the device answers with, and the names of its interfaces (RFC 2863)."""

from collections.abc import Callable, Iterator

from agent.decode.macs import is_station, mac
from agent.decode.say import said
from agent.decode.walk import Walk, number
from model.claims import Fact

DESCRIPTION, TYPE, ADDRESS = "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.3", "1.3.6.1.2.1.2.2.1.6"
NAME = "1.3.6.1.2.1.31.1.1.1.1"
ROOTS = (DESCRIPTION, TYPE, ADDRESS, NAME)
SCALARS: tuple[str, ...] = ()
# IANAifType of interfaces whose address is no station's on any wire. A VLAN's or a bundle's is: neighbours see it in their tables.
UNSEEN = frozenset({24, 131})  # softwareLoopback, tunnel


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`mac.address` about self, once for each address. A row of unknown type counts."""
    types = walk.column(TYPE)
    seen: set[str] = set()
    for index, value in walk.column(ADDRESS).items():
        address = mac(value)
        kind = number(types.get(index))
        if is_station(address) and address not in seen and kind not in UNSEEN:
            seen.add(address)
            yield from said(evidence_of(f"{ADDRESS}.{index}"), "self", "mac.address", address)


def names(walk: Walk) -> dict[str, str]:
    """{ifIndex: the interface's name}: ifName where there is one, else ifDescr."""
    return {**walk.texts(DESCRIPTION), **walk.texts(NAME)}


def own(walk: Walk) -> frozenset[str]:
    """Every address that an interface of whatever type lists: a table that shows one shows the device itself."""
    return frozenset(filter(None, map(mac, walk.column(ADDRESS).values())))

"""IF-MIB: the hardware addresses of the device's own physical ports, and the names of its interfaces (RFC 2863)."""

from collections.abc import Callable, Iterator

from agent.decode.macs import is_station, mac
from agent.decode.say import said
from agent.decode.walk import Walk, number
from model.claims import Fact

DESCRIPTION, TYPE, ADDRESS = "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.3", "1.3.6.1.2.1.2.2.1.6"
NAME = "1.3.6.1.2.1.31.1.1.1.1"
ROOTS = (DESCRIPTION, TYPE, ADDRESS, NAME)
SCALARS: tuple[str, ...] = ()
# IANAifType of ports that a card or radio stands behind; VLANs, tunnels, loopbacks and bundles borrow their addresses.
PHYSICAL = frozenset({6, 7, 26, 62, 69, 71, 94, 96, 97, 117, 127, 129, 188, 229, 230, 237, 238, 243, 244, 250, 251})


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`mac.address` about self, once for each address. A row of unknown type counts as physical."""
    types = walk.column(TYPE)
    seen: set[str] = set()
    for index, value in walk.column(ADDRESS).items():
        address = mac(value)
        kind = number(types.get(index))
        if is_station(address) and address not in seen and (kind is None or kind in PHYSICAL):
            seen.add(address)
            yield from said(evidence_of(f"{ADDRESS}.{index}"), "self", "mac.address", address)


def names(walk: Walk) -> dict[str, str]:
    """{ifIndex: the interface's name}: ifName where there is one, else ifDescr."""
    return {**walk.texts(DESCRIPTION), **walk.texts(NAME)}


def own(walk: Walk) -> frozenset[str]:
    """Every address that an interface of whatever type lists: a table that shows one shows the device itself."""
    return frozenset(filter(None, map(mac, walk.column(ADDRESS).values())))

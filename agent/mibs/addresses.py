"""IP-MIB: the device's own addresses, and the networks they stand in (RFC 4293, and the older ipAddrTable)."""

from collections.abc import Callable, Iterator

from agent.decode.nets import inet, subnet, usable
from agent.decode.say import network, said
from agent.decode.walk import Walk, address
from model.claims import Fact

OLD, MASK = "1.3.6.1.2.1.4.20.1.1", "1.3.6.1.2.1.4.20.1.3"
PREFIX = "1.3.6.1.2.1.4.32.1.5"  # ipAddressPrefixOrigin: the index holds the prefix
NEW = "1.3.6.1.2.1.4.34.1.3"  # ipAddressIfIndex: the index holds the address
ROOTS = (OLD, MASK, PREFIX, NEW)
SCALARS: tuple[str, ...] = ()


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`ip.address` about self, and `network` for each connected subnet."""
    seen: set[str] = set()
    for oid, found in (*_own_old(walk), *_own_new(walk)):
        if found not in seen and usable(found):
            seen.add(found)
            yield from said(evidence_of(oid), "self", "ip.address", found)
    for oid, net in (*_connected_old(walk), *_connected_new(walk)):
        if net and net not in seen:
            seen.add(net)
            yield network(evidence_of(oid), net, "subnet", "interface")


def _own_old(walk: Walk) -> Iterator[tuple[str, str]]:
    for index, value in walk.column(OLD).items():
        yield f"{OLD}.{index}", address(value)


def _own_new(walk: Walk) -> Iterator[tuple[str, str]]:
    for index in walk.column(NEW):
        yield f"{NEW}.{index}", inet(index)[0]


def _connected_old(walk: Walk) -> Iterator[tuple[str, str]]:
    for index, mask in walk.column(MASK).items():
        yield f"{MASK}.{index}", subnet(index, address(mask))


def _connected_new(walk: Walk) -> Iterator[tuple[str, str]]:
    for index in walk.column(PREFIX):
        found, rest = inet(index.partition(".")[2])
        yield f"{PREFIX}.{index}", subnet(found, rest.partition(".")[0])

"""IP-MIB: the device's own addresses, and the networks they stand in (RFC 4293, and the older ipAddrTable)."""

from collections.abc import Callable, Iterator

from agent.decode.nets import inet, subnet, usable
from agent.decode.say import network, said
from agent.decode.walk import Walk, address, number
from agent.mibs.interfaces import names
from model.claims import Fact

OLD, INTERFACE, MASK = "1.3.6.1.2.1.4.20.1.1", "1.3.6.1.2.1.4.20.1.2", "1.3.6.1.2.1.4.20.1.3"
PREFIX = "1.3.6.1.2.1.4.32.1.5"  # ipAddressPrefixOrigin: the index holds the prefix
NEW = "1.3.6.1.2.1.4.34.1.3"  # ipAddressIfIndex: the index holds the address
ROOTS = (OLD, INTERFACE, MASK, PREFIX, NEW)
SCALARS: tuple[str, ...] = ()


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`ip.address` about self, and `network` for each connected subnet."""
    seen: set[str] = set()
    for oid, found in (*_own_old(walk), *_own_new(walk)):
        if found not in seen and usable(found):
            seen.add(found)
            yield from said(evidence_of(oid), "self", "ip.address", found)
    called = names(walk)
    for oid, net, interface in (*_connected_old(walk), *_connected_new(walk)):
        if net and net not in seen:
            seen.add(net)
            yield network(evidence_of(oid), net, "subnet", "interface", called.get(interface, ""))


def _own_old(walk: Walk) -> Iterator[tuple[str, str]]:
    for index, value in walk.column(OLD).items():
        yield f"{OLD}.{index}", address(value)


def _own_new(walk: Walk) -> Iterator[tuple[str, str]]:
    for index in walk.column(NEW):
        yield f"{NEW}.{index}", inet(index)[0]


def _connected_old(walk: Walk) -> Iterator[tuple[str, str, str]]:
    on = walk.column(INTERFACE)
    for index, mask in walk.column(MASK).items():
        yield f"{MASK}.{index}", subnet(index, address(mask)), str(number(on.get(index)) or "")


def _connected_new(walk: Walk) -> Iterator[tuple[str, str, str]]:
    for index in walk.column(PREFIX):
        interface, _, prefix = index.partition(".")
        found, rest = inet(prefix)
        yield f"{PREFIX}.{index}", subnet(found, rest.partition(".")[0]), interface

"""IP-FORWARD-MIB: the networks that the device's route tables name (RFC 4292; older tables: RFC 2096, RFC 1213)."""

from collections.abc import Callable, Iterator

from agent.decode.nets import inet, subnet
from agent.decode.say import network
from agent.decode.walk import Walk, address
from model.claims import Fact

INET = "1.3.6.1.2.1.4.24.7.1.8"  # inetCidrRouteType: the index holds destination and prefix length
CIDR = "1.3.6.1.2.1.4.24.4.1.1"  # ipCidrRouteDest: the index holds destination and mask
OLD, OLD_MASK = "1.3.6.1.2.1.4.21.1.1", "1.3.6.1.2.1.4.21.1.11"
ROOTS = (INET, CIDR, OLD, OLD_MASK)
SCALARS: tuple[str, ...] = ()
ROWS = 20_000
UNLESS = {OLD: (CIDR,), OLD_MASK: (CIDR,)}  # the same routes in an older form


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`network` for each subnet, once; default, host, loopback and multicast routes are left out."""
    seen: set[str] = set()
    for oid, net in (*_inet(walk), *_cidr(walk), *_old(walk)):
        if net and net not in seen:
            seen.add(net)
            yield network(evidence_of(oid), net, "subnet", "route")


def _inet(walk: Walk) -> Iterator[tuple[str, str]]:
    for index in walk.column(INET):
        found, rest = inet(index)
        yield f"{INET}.{index}", subnet(found, rest.partition(".")[0])


def _cidr(walk: Walk) -> Iterator[tuple[str, str]]:
    for index in walk.column(CIDR):
        parts = index.split(".")
        yield f"{CIDR}.{index}", subnet(".".join(parts[:4]), ".".join(parts[4:8]))


def _old(walk: Walk) -> Iterator[tuple[str, str]]:
    for index, mask in walk.column(OLD_MASK).items():
        yield f"{OLD_MASK}.{index}", subnet(index, address(mask))

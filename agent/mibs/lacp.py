"""IEEE8023-LAG-MIB and IF-MIB's stack: which ports form an aggregate, and what system is at its other end."""

from collections.abc import Callable, Iterator

from agent.decode.macs import is_station, mac
from agent.decode.say import attached, said
from agent.decode.walk import Walk, number
from agent.mibs import interfaces
from model.claims import Fact

PORT = "1.2.840.10006.300.43.1.2.1.1"
PARTNER, AGGREGATE = f"{PORT}.9", f"{PORT}.13"  # dot3adAggPortPartnerOperSystemID, dot3adAggPortAttachedAggID
STACK = "1.3.6.1.2.1.31.1.2.1.3"  # ifStackStatus: the index is the upper interface, then the lower one
ROOTS = (PARTNER, AGGREGATE, STACK)
SCALARS: tuple[str, ...] = ()
ROWS = 8_192
LAG = 161  # ifType ieee8023adLag


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`mac.address` and `attached` about `neighbor:lacp.<system>`; `lag.members` about self: `Po1: Gi0/1, Gi0/2`."""
    names, over = interfaces.names(walk), above(walk)
    seen: set[str] = set()
    for port, value in walk.column(PARTNER).items():
        found = mac(value)
        if is_station(found) and found not in interfaces.own(walk):
            home, about = evidence_of(f"{PARTNER}.{port}"), f"neighbor:lacp.{found}"
            yield from said(home, about, "mac.address", found) if about not in seen else ()
            seen.add(about)
            for place in dict.fromkeys((port, over.get(port, port))):
                yield from attached(home, about, names.get(place, place))
    yield from _members(walk, evidence_of, names, over)


def _members(
    walk: Walk, evidence_of: Callable[[str], str], names: dict[str, str], over: dict[str, str]
) -> Iterator[Fact]:
    bundles: dict[str, list[str]] = {}
    for port, bundle in over.items():
        bundles.setdefault(bundle, []).append(port)
    for bundle, ports in bundles.items():
        home = next((f"{AGGREGATE}.{p}" for p in ports if walk.get(f"{AGGREGATE}.{p}")), f"{STACK}.{bundle}.{ports[0]}")
        listed = ", ".join(names.get(port, port) for port in ports)
        yield from said(evidence_of(home), "self", "lag.members", f"{names.get(bundle, bundle)}: {listed}")


def above(walk: Walk) -> dict[str, str]:
    """{ifIndex of a port: ifIndex of the aggregate that it is a member of}."""
    found = {port: str(number(value) or 0) for port, value in walk.column(AGGREGATE).items()}
    lags = {index for index, kind in walk.column(interfaces.TYPE).items() if number(kind) == LAG}
    for index in walk.column(STACK) if lags else ():
        upper, _, lower = index.partition(".")
        if upper in lags and lower.isdigit() and lower != "0":
            found.setdefault(lower, upper)
    return {port: bundle for port, bundle in found.items() if bundle not in ("0", port)}


def by_name(walk: Walk) -> dict[str, str]:
    """{name of a port: name of its aggregate}: a neighbour on a member is a neighbour on the whole."""
    names = interfaces.names(walk)
    return {names.get(port, port): names.get(bundle, bundle) for port, bundle in above(walk).items()}

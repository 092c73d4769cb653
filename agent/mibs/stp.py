"""BRIDGE-MIB's spanning tree: the bridges at the other ends of this one's ports, and the root (RFC 4188)."""

from collections.abc import Callable, Iterator

from agent.decode.ber import Value
from agent.decode.macs import is_station, mac
from agent.decode.say import attached, said
from agent.decode.walk import Walk, number
from agent.mibs import fdb, interfaces
from model.claims import Fact

ROOT, ROOT_PORT = "1.3.6.1.2.1.17.2.5.0", "1.3.6.1.2.1.17.2.7.0"
BRIDGE = "1.3.6.1.2.1.17.2.15.1.8"  # dot1dStpPortDesignatedBridge
ROOTS = (BRIDGE,)
SCALARS = (ROOT, ROOT_PORT)
ROWS = 4_096


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`mac.address` and `attached` about `neighbor:stp.<MAC>`: bridges designated on a port, and the root behind its port."""
    ports = fdb.ports(walk)
    own = interfaces.own(walk) | {mac(walk.value(fdb.BASE))}
    rows = [(f"{BRIDGE}.{port}", value, port) for port, value in walk.column(BRIDGE).items()]
    if walk.get(ROOT) and (behind := number(walk.value(ROOT_PORT))):
        rows.append((ROOT, walk.value(ROOT), str(behind)))
    seen: set[str] = set()
    for oid, value, port in rows:
        found = bridge(value)
        if is_station(found) and found not in own:
            about = f"neighbor:stp.{found}"
            yield from said(evidence_of(oid), about, "mac.address", found) if found not in seen else ()
            seen.add(found)
            yield from attached(evidence_of(oid), about, ports.get(port, port))


def bridge(value: Value) -> str:
    """The address in a BridgeId: two octets of priority come before it."""
    return mac(value[2:]) if isinstance(value, bytes) and len(value) == 8 else ""

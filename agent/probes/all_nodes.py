"""IPv6: who answers one echo request to all nodes of the link (RFC 4443 section 4.1, group ff02::1). The wire process sends it."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Nodes, Target
from agent.probes._link import hosts
from model.claims import Fact
from model.evidence import Evidence

TITLE = "IPv6 echo to all nodes of the link"
REACH = "link"
PORTS = ("icmp6",)
DEFAULT = True


def ask(target: Target) -> Dialogue:
    """One echo request; its answers come as one reply."""
    yield Nodes(f"echo to all nodes of {target.interface}")


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`mac.address` about `host:ADDRESS`; a link-local address keeps its zone."""
    yield from hosts(evidence)

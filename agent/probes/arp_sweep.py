"""ARP: who answers for the addresses of this link. The wire process sends, and never asks for an excluded address."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Sweep, Target
from agent.probes._link import hosts
from model.claims import Fact
from model.evidence import Evidence

TITLE = "ARP sweep of the link"
REACH = "link"
PORTS = ("arp",)
DEFAULT = True


def ask(target: Target) -> Dialogue:
    """One job; replies come in batches until the last."""
    sweep = Sweep(f"who has the addresses of {target.interface}", "arp", target.addresses)
    while (yield sweep).status == "noted":
        pass


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`mac.address` about `host:ADDRESS`."""
    yield from hosts(evidence)

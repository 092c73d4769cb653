"""The kernel's neighbour table: who this machine has talked to on an interface. Nothing is sent."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Neighbours, Target
from agent.probes._link import stations
from model.claims import Fact
from model.evidence import Evidence

TITLE = "the kernel's neighbour table"
REACH = "link"
PORTS: tuple[str, ...] = ()
DEFAULT = True


def ask(target: Target) -> Dialogue:
    """Read the table once."""
    yield Neighbours(f"neighbour table of {target.interface}", target.interface)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`ip.address` about `station:MAC`."""
    yield from stations(evidence)

"""EtherNet/IP: one ListIdentity. Off unless asked: what answers is a controller, a drive or a robot."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Udp
from agent.decode.enip import QUESTION, facts
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "EtherNet/IP identity"
REACH = "host"
PORTS = ("udp/44818",)
DEFAULT = False
PORT = 44818


def ask(target: Target) -> Dialogue:
    """One datagram, never repeated; no session is registered."""
    yield Udp("ListIdentity (udp/44818)", PORT, QUESTION, retries=0)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`enip.vendor_id`, `enip.product_name`, `enip.serial` and the others of agent.decode.enip."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"")

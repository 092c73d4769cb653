"""NetBIOS: one node status request to the host itself (RFC 1002). No session, no share, no broadcast."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Udp
from agent.decode.netbios import facts, question
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "NetBIOS names"
REACH = "host"
PORTS = ("udp/137",)
DEFAULT = True
PORT = 137


def ask(target: Target) -> Dialogue:
    """One datagram, never repeated: most hosts do not speak it. NetBIOS knows no IPv6."""
    if ":" not in target.address:
        yield Udp("node status (udp/137)", PORT, question(), retries=0)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`netbios.name`, `netbios.group`, `mac.address`."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"")

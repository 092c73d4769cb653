"""LLMNR: which name a host has for its own address, asked of the host itself (RFC 4795 section 2.4 allows it for PTR)."""

import ipaddress
from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Udp
from agent.decode.dns import llmnr
from agent.decode.dns_message import Question, write
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "LLMNR name"
REACH = "host"
PORTS = ("udp/5355",)
DEFAULT = True
PORT = 5355


def ask(target: Target) -> Dialogue:
    """One datagram, never repeated: most hosts do not speak it."""
    reverse = ipaddress.ip_address(target.address.partition("%")[0]).reverse_pointer
    yield Udp("name of its own address (udp/5355)", PORT, write([Question(reverse)], number=0x4C61), retries=0)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`llmnr.name`."""
    for one in heard(evidence):
        yield from llmnr(one.id, "self", one.body or b"")

"""mDNS: names and services that a station announces or answers for."""

from collections.abc import Iterator

from agent.decode import dns
from agent.decode.ether import Frame
from model.claims import Fact

TITLE = "mDNS"
WHERE = ("udp/5353",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """The facts of `agent.decode.dns` about whoever sent the packet; nothing of questions."""
    yield from dns.facts(evidence, frame.speaker, frame.payload)

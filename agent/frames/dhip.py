"""DHIP, Dahua's discovery: what its devices answer to others, heard, not asked."""

from collections.abc import Iterator

from agent.decode import dhip
from agent.decode.ether import Frame
from model.claims import Fact

TITLE = "DHIP"
WHERE = ("udp/37810",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """The facts of `agent.decode.dhip` about whoever sent the packet; nothing of questions."""
    yield from dhip.facts(evidence, frame.speaker, frame.payload)

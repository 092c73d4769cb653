"""SADP, Hikvision's discovery: what its devices announce and answer, heard, not asked."""

from collections.abc import Iterator

from agent.decode import sadp
from agent.decode.ether import Frame
from model.claims import Fact

TITLE = "SADP"
WHERE = ("udp/37020",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """The facts of `agent.decode.sadp` about whoever sent the packet; nothing of questions."""
    yield from sadp.facts(evidence, frame.speaker, frame.payload)

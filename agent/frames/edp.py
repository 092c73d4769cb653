"""EDP frames: what a device says of itself to its neighbours, first hand."""

from collections.abc import Iterator

from agent.decode import edp
from agent.decode.ether import Frame
from model.claims import Fact

TITLE = "EDP"
WHERE = ("snap/00e02b:00bb",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """What `agent.decode.edp` reads, about the sender's MAC."""
    if frame.sender:
        yield from edp.read(evidence, frame.sender, frame.payload)

"""CDP frames: what a device says of itself to its neighbours, first hand."""

from collections.abc import Iterator

from agent.decode import cdp
from agent.decode.ether import Frame
from model.claims import Fact

TITLE = "CDP"
WHERE = ("snap/00000c:2000",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """What `agent.decode.cdp` reads, about the sender's MAC."""
    if frame.sender:
        yield from cdp.read(evidence, frame.sender, frame.payload)

"""CDP frames: what a device says of itself to its neighbours, first hand."""

from collections.abc import Iterator

from agent.decode import cdp
from agent.decode.ether import Frame
from model.claims import Fact

TITLE = "CDP"
WHERE = ("snap/00000c:2000",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """The facts of `agent.decode.cdp` about the sender's MAC."""
    if frame.sender:
        yield from cdp.facts(evidence, frame.sender, frame.payload)

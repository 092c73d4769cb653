"""FDP frames, Foundry's and Brocade's CDP: what a device says of itself to its neighbours, first hand."""

from collections.abc import Iterator

from agent.decode import cdp
from agent.decode.ether import Frame
from model.claims import Fact

TITLE = "FDP"
WHERE = ("snap/00e052:2000",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """`fdp.*` about the sender's MAC."""
    if frame.sender:
        yield from cdp.read(evidence, frame.sender, frame.payload, "fdp")

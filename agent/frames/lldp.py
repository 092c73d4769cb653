"""LLDP frames: what a device says of itself to its neighbours, first hand."""

from collections.abc import Iterator

from agent.decode import lldp
from agent.decode.ether import Frame
from model.claims import Fact

TITLE = "LLDP"
WHERE = ("ether/0x88cc",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """What `agent.decode.lldp` reads, about the sender's MAC."""
    if frame.sender:
        yield from lldp.read(evidence, frame.sender, frame.payload)

"""SSDP: announcements and answers of UPnP devices. The page they point at is not fetched."""

from collections.abc import Iterator

from agent.decode import ssdp
from agent.decode.ether import Frame
from model.claims import Fact

TITLE = "SSDP"
WHERE = ("udp/1900",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """The facts of `agent.decode.ssdp` about whoever sent the packet; nothing of questions."""
    yield from ssdp.facts(evidence, frame.speaker, frame.payload)

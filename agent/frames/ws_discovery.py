"""WS-Discovery: hellos and answers of ONVIF cameras, printers and others, with their scopes."""

from collections.abc import Iterator

from agent.decode import wsd
from agent.decode.ether import Frame
from model.claims import Fact

TITLE = "WS-Discovery"
WHERE = ("udp/3702",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """The facts of `agent.decode.wsd` about whoever sent the packet; nothing of questions."""
    yield from wsd.facts(evidence, frame.speaker, frame.payload)

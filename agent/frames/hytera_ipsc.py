"""Hytera's repeater links (IPSC): somebody speaks them. A port alone accuses nobody, so the words must be there, too."""

from collections.abc import Iterator

from agent.decode.ether import Frame
from agent.decode.ipsc import spoken
from agent.decode.say import said
from model.claims import Fact

TITLE = "Hytera IPSC"
WHERE = tuple(f"udp/{port}" for port in (*range(3002, 3010), *range(50000, 50003)))
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """`hytera.ipsc` about the sender."""
    if frame.speaker:
        yield from said(evidence, frame.speaker, "hytera.ipsc", spoken(frame.payload))

"""ARP: which station has which address. Both questions and answers say it of their sender; a probe (RFC 5227) claims nothing yet."""

from collections.abc import Iterator

from agent.decode import arp
from agent.decode.ether import Frame, usable_source
from agent.decode.macs import is_station
from agent.decode.say import said
from model.claims import Fact

TITLE = "ARP"
WHERE = ("ether/0x0806",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """`mac.address` about `host:ADDRESS`."""
    found = arp.read(frame.payload)
    if is_station(found.sender) and usable_source(found.sender_address):
        yield from said(evidence, f"host:{found.sender_address}", "mac.address", found.sender)

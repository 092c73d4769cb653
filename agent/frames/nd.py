"""IPv6 neighbour discovery: which station has which address. A solicitation says it of its sender, an advertisement of its target."""

from collections.abc import Iterator

from agent.decode import nd
from agent.decode.ether import Frame, usable_source
from agent.decode.macs import is_station
from agent.decode.say import said
from model.claims import Fact

TITLE = "IPv6 neighbour discovery"
WHERE = tuple(f"ether/0x86dd/58/{kind}" for kind in (nd.ROUTER_SOLICIT, nd.SOLICIT, nd.ADVERT))
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """`mac.address` about `host:ADDRESS`; nothing from a packet that a router could have forwarded (RFC 4861 section 7.1)."""
    found = nd.read(frame.payload)
    if frame.hops != 255:
        return
    for address, station in ((frame.ip_source, found.source_mac), (found.target, found.target_mac)):
        if is_station(station) and usable_source(address):
            yield from said(evidence, f"host:{address}", "mac.address", station)

"""IPv6 router advertisements: a router, and the networks it says are on this link. Heard, never sent."""

from collections.abc import Iterator

from agent.decode import nd
from agent.decode.ether import Frame
from agent.decode.macs import is_station
from agent.decode.say import said
from agent.decode.vlans import told
from model.claims import Fact

TITLE = "IPv6 router advertisements"
WHERE = (f"ether/0x86dd/58/{nd.ROUTER_ADVERT}",)
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """`ipv6.router` (seconds it offers itself as the way out), `mac.address`, `network`, about the router's link-local address."""
    found = nd.read(frame.payload)
    if frame.hops != 255 or not frame.ip_source.startswith("fe80:"):
        return
    about = f"host:{frame.ip_source}"
    yield from said(evidence, about, "ipv6.router", str(found.lifetime))
    if is_station(found.source_mac):
        yield from said(evidence, about, "mac.address", found.source_mac)
    for prefix in found.prefixes:
        yield told(evidence, about, prefix, "subnet", "advertisement")

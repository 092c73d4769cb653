"""DHCP for IPv6: what a client says of itself, and that a server is one."""

from collections.abc import Iterator

from agent.decode import dhcp4, dhcp6
from agent.decode.ether import Frame, usable_source
from agent.decode.say import said
from agent.decode.words import words
from model.claims import Fact

TITLE = "DHCPv6"
WHERE = ("udp/546", "udp/547")
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """`dhcp.duid`, `dhcp.host_name`, `dhcp_vendor_class`, `dhcp.enterprise` about the client; `dhcp.server` about a server.

    The MAC in a client's identifier (DUID) is none of its MACs for sure: images of one disk share it.
    """
    found = dhcp6.read(frame.payload)
    about = f"host:{found.client}" if usable_source(found.client) else frame.speaker
    if found.kind in dhcp6.ANSWERS:
        if not found.client and frame.ip_source:
            yield from said(evidence, frame.speaker, "dhcp.server", frame.ip_source)
        return
    vendor = found.options.get(dhcp6.VENDOR_CLASS, b"")
    yield from said(evidence, about, "dhcp.duid", found.options.get(dhcp6.CLIENT, b"").hex())
    yield from said(evidence, about, "dhcp.host_name", dhcp4.labels(found.options.get(dhcp6.NAME, b"")[1:]))
    if len(vendor) >= 4:
        yield from said(evidence, about, "dhcp.enterprise", str(int.from_bytes(vendor[:4], "big")))
    for text in dhcp6.vendor_classes(vendor):
        yield from said(evidence, about, "dhcp_vendor_class", words(text))

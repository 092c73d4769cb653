"""DHCP for IPv4: what a client says of itself, what a server gives to whom, and the network it serves."""

from collections.abc import Iterator

from agent.decode import dhcp4
from agent.decode.dhcp4 import Message
from agent.decode.ether import Frame, usable_source
from agent.decode.macs import is_station
from agent.decode.nets import subnet, usable
from agent.decode.say import said
from agent.decode.vlans import told
from agent.decode.words import words
from model.claims import Fact

TITLE = "DHCP"
WHERE = ("udp/67", "udp/68")
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """About the client: `dhcp.*`, `dhcp_vendor_class`; about the server: `dhcp.server`, `dhcp.router`, `network`, and whom it gave what."""
    found = dhcp4.read(frame.payload)
    if found.operation == dhcp4.ASKS and is_station(found.client_mac):
        yield from _client(evidence, frame, found)
    elif found.operation == dhcp4.ANSWERS and usable_source(frame.ip_source):
        yield from _server(evidence, frame, found)


def _client(evidence: str, frame: Frame, found: Message) -> Iterator[Fact]:
    """A client that sends from the address it has proves it; a relay sends for others, who are known by their MAC alone."""
    own = found.client and found.client == frame.ip_source and found.client_mac == frame.source
    about = f"host:{found.client}" if own and usable_source(found.client) else f"host:{found.client_mac}"
    options = found.options
    yield from said(evidence, about, "mac.address", found.client_mac)
    if usable(found.client):
        yield from said(evidence, about, "ip.address", found.client)
    yield from said(evidence, about, "dhcp.host_name", words(options.get(dhcp4.HOST, b"")))
    yield from said(evidence, about, "dhcp.host_name", dhcp4.domain(options.get(dhcp4.NAME, b"")))
    yield from said(evidence, about, "dhcp_vendor_class", words(options.get(dhcp4.CLASS, b"")))
    yield from said(evidence, about, "dhcp.parameters", ",".join(map(str, options.get(dhcp4.PARAMETERS, b""))))
    yield from said(evidence, about, "dhcp.client_id", options.get(dhcp4.CLIENT, b"").hex())
    for option in (dhcp4.VENDOR_CLASS, dhcp4.VENDOR_INFO):
        for number in dhcp4.vendors(options.get(option, b"")):
            yield from said(evidence, about, "dhcp.enterprise", str(number))


def _server(evidence: str, frame: Frame, found: Message) -> Iterator[Fact]:
    """What came through a relay has the relay's words about another link in it: no network of this one."""
    about = f"host:{frame.ip_source}"
    server = dhcp4.address(found.options.get(dhcp4.SERVER, b""))
    yield from said(evidence, about, "dhcp.server", server or frame.ip_source)
    router = dhcp4.address(found.options.get(dhcp4.ROUTER, b"")[:4])
    yield from said(evidence, about, "dhcp.router", router)
    net = subnet(found.given or found.client, dhcp4.address(found.options.get(dhcp4.MASK, b"")))
    if net:
        yield told(evidence, about, net, "subnet", "dhcp")
    if found.kind == dhcp4.ACK and is_station(found.client_mac) and usable(found.given):
        yield from said(evidence, f"{about}/station:{found.client_mac}", "ip.address", found.given)

"""SSDP: one M-SEARCH for everything (UPnP Device Architecture 1.1 section 1.3). Descriptions are fetched by `upnp`."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Group, Target, Udp
from agent.decode.ssdp import facts
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "SSDP search"
REACH = "group"
PORTS = ("udp/1900",)
DEFAULT = True
PORT, GROUP = 1900, "239.255.255.250"
ASKED = "M-SEARCH ssdp:all (udp/1900)"


def search(wanted: str) -> bytes:
    """The search, to the group or to one host. Old devices answer none without MX, though a search to one needs none."""
    lines = ("M-SEARCH * HTTP/1.1", f"HOST: {GROUP}:{PORT}", 'MAN: "ssdp:discover"', "MX: 2", f"ST: {wanted}")
    return "\r\n".join((*lines, "", "")).encode()


def ask(target: Target) -> Dialogue:
    """All stations of a link at once, or one host. Answers come spread over MX seconds."""
    if target.address:
        yield Udp(ASKED, PORT, search("ssdp:all"), wait=3.0, retries=0)
    else:
        yield Group(ASKED, PORT, search("ssdp:all"), GROUP, wait=4.0)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`upnp.server`, `upnp.udn`, `ssdp.st`, `ssdp.usn`, `ssdp.location`."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"", one.observation.target)

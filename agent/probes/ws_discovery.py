"""WS-Discovery: one Probe without types, which every service on the link answers: cameras, recorders, printers, computers.

One question a minute is all that a link is asked. A Probe for ONVIF's NetworkVideoTransmitter would miss whatever is none;
the one without types matches everything (WS-Discovery, April 2005, section 5.3), ONVIF devices too (ONVIF Core, 7.3).
"""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target
from agent.decode.wsd import GROUP, MEDIA, PORT, facts, question
from agent.probes import _group
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "WS-Discovery (ONVIF cameras, printers)"
REACH = "group"
PORTS = ("udp/3702",)
DEFAULT = True
ASKED = "WS-Discovery Probe (udp/3702)"


def ask(target: Target) -> Dialogue:
    """All stations of a link at once, or one host. The message's id is the same every time: no chance on this floor."""
    asked = question(_group.name("ws_discovery", target))
    yield from _group.question(target, ASKED, PORT, asked, GROUP, MEDIA)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`wsd.scopes`, `wsd.types`, `wsd.xaddrs`, `wsd.endpoint`, `wsd.name`, `wsd.hardware`, `mac.address`."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"")

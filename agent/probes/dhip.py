"""DHIP: Dahua's discovery. One `DHDiscover.search`, which changes nothing; the device tells vendor, model, serial, firmware.

An answer is some thirty times the question: it is asked on this machine's own links only (agent.manners), with a TTL of 1.
"""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target
from agent.decode.dhip import GROUP, MEDIA, PORT, facts, question
from agent.probes import _group
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "Dahua discovery (DHIP)"
REACH = "group"
PORTS = ("udp/37810",)
DEFAULT = True
ASKED = "DHDiscover.search (udp/37810)"


def ask(target: Target) -> Dialogue:
    """All stations of a link at once, or one host. Some firmwares answer to the group."""
    yield from _group.question(target, ASKED, PORT, question(), GROUP, MEDIA, joined=True)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`dhip.method`, `dhip.vendor`, `dhip.model`, `dhip.serial`, `dhip.firmware` and its kin, `mac.address`."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"")

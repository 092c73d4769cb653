"""DVRIP discovery: the older form of Dahua's, which recorders from before DHIP answer. One search by broadcast."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target
from agent.decode.dvrip import EVERYBODY, MEDIA, PORT, facts, question
from agent.probes import _group
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "Dahua discovery, old recorders"
REACH = "group"
PORTS = ("udp/5050",)
DEFAULT = True
ASKED = "DVRIP search (udp/5050)"


def ask(target: Target) -> Dialogue:
    """All stations of a link at once, or one host."""
    yield from _group.question(target, ASKED, PORT, question(), EVERYBODY, MEDIA)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`dvrip.reply`, `dvrip.model`, `mac.address`."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"")

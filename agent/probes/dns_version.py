"""DNS: which software a name server says it is (version.bind, class CHAOS). Off unless asked: attackers ask it, so alarms watch for it."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Udp
from agent.decode.dns import version
from agent.decode.dns_message import CHAOS, TXT, Question, write
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "name server's version"
REACH = "host"
PORTS = ("udp/53",)
DEFAULT = False
PORT = 53


def ask(target: Target) -> Dialogue:
    """One datagram, never repeated; recursion is not wanted."""
    question = write([Question("version.bind", TXT, CHAOS)], number=0x4C61)
    yield Udp("version.bind (udp/53)", PORT, question, retries=0)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`dns.versionbind`, as Recog calls it."""
    for one in heard(evidence):
        yield from version(one.id, "self", one.body or b"")

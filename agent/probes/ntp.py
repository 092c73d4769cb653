"""NTP: one READVAR of the server's own variables. Off unless asked: mode 6 is what amplification attacks use, and alarms know it."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Udp
from agent.decode.ntp import facts, question
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "NTP system variables"
REACH = "host"
PORTS = ("udp/123",)
DEFAULT = False
PORT = 123


def ask(target: Target) -> Dialogue:
    """One datagram, never repeated; the first one of the answer is read."""
    yield Udp("READVAR (udp/123)", PORT, question(), retries=0)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`ntp.readvar`, `ntp.version`, `ntp.processor`, `ntp.system`."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"")

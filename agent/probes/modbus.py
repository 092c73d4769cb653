"""Modbus/TCP: Read Device Identification, nothing else. Off unless asked: controllers and inverters may serve one client alone."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Tcp
from agent.decode.modbus import QUESTION, facts
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "Modbus device identification"
REACH = "host"
PORTS = ("tcp/502",)
DEFAULT = False


def ask(target: Target) -> Dialogue:
    """One connection, one request. Asked whether or not the port is known to be open: nothing else may look at it before."""
    yield Tcp("Read Device Identification (tcp/502)", 502, QUESTION, limit=260, wait=3.0)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`modbus.vendor`, `modbus.product`, `modbus.revision`."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"")

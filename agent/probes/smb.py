"""SMB: one SMB2 NEGOTIATE, the step before any login. No session is set up, no share is looked at, no version 1 is spoken."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Tcp
from agent.decode.smb import facts, question
from agent.probes._banner import heard, ports
from model.claims import Fact
from model.evidence import Evidence

TITLE = "SMB2 negotiation, without login"
REACH = "host"
PORTS = ("tcp/445",)
DEFAULT = True


def ask(target: Target) -> Dialogue:
    """One request; what the answer offers is read and left."""
    for port in ports(target, (445,)):
        yield Tcp(f"SMB2 NEGOTIATE (tcp/{port})", port, question(), limit=4096, wait=3.0)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`smb.dialect`, `smb.server_guid`, `smb.signing`, `smb.boot_time`."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"")

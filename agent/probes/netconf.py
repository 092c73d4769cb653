"""NETCONF over SSH: the ident line on its own port (RFC 6242). Nothing is sent; its hello comes after a login only."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Tcp
from agent.probes import ssh
from agent.probes._banner import ports
from model.claims import Fact
from model.evidence import Evidence

TITLE = "NETCONF ident line"
REACH = "host"
PORTS = ("tcp/830",)
DEFAULT = True


def ask(target: Target) -> Dialogue:
    """Connect and read a line."""
    for port in ports(target, (830,)):
        yield Tcp(f"ident (tcp/{port})", port, until=b"\n", limit=2048)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`ssh.banner`: the ident without its protocol version."""
    yield from ssh.read(evidence)

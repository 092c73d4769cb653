"""TR-069: what the port for connection requests says to a plain `GET /`. No credentials, so no session is asked for."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target
from agent.probes import _web
from agent.probes._banner import heard, ports
from model.claims import Fact
from model.evidence import Evidence

TITLE = "TR-069 connection request port"
REACH = "host"
PORTS = ("tcp/7547",)
DEFAULT = True
ALSO = (30005, 58000)  # operators' other choices; asked only where known to be open


def ask(target: Target) -> Dialogue:
    """One page: no icon, no redirect."""
    for port in ports(target, (7547,), ALSO):
        yield _web.home(target.address, port)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`http_header.*`, `html_title`, `html_body`: what rules about web servers and realms read."""
    yield from _web.facts(list(heard(evidence)))

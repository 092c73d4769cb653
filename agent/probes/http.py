"""HTTP: the home page and its icon, without login. Redirects are followed on the same host only."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target
from agent.probes import _web
from agent.probes._banner import heard, ports
from model.claims import Fact
from model.evidence import Evidence

TITLE = "HTTP home page and icon"
REACH = "host"
PORTS = ("tcp/80", "tcp/8080")
DEFAULT = True
ALSO = (81, 82, 88, 8081, 8088, 8888)  # asked only where known to be open


def ask(target: Target) -> Dialogue:
    """Each port in turn: cameras keep few connections."""
    for port in ports(target, (80, 8080), ALSO):
        yield from _web.visit(target.address, port, tls=False)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`http_header.*`, `html_title`, `html_body` (its start), `favicon.md5`, `favicon.mmh3`."""
    yield from _web.facts(list(heard(evidence)))

"""HTTPS: the certificate, then the same pages as HTTP. Any certificate is accepted: it is evidence, not trust."""

from collections.abc import Iterator, Sequence

from agent.ask import Certificate, Dialogue, Target
from agent.decode import x509
from agent.probes import _web
from agent.probes._banner import heard, ports
from model.claims import Fact
from model.evidence import Evidence

TITLE = "HTTPS certificate, home page and icon"
REACH = "host"
PORTS = ("tcp/443", "tcp/8443")
DEFAULT = True
ALSO = (4443, 9443)  # asked only where known to be open
_ASKED = "certificate (tls/"


def ask(target: Target) -> Dialogue:
    """Each port in turn; the pages only where there was a certificate."""
    for port in ports(target, (443, 8443), ALSO):
        reply = yield Certificate(f"{_ASKED}{port})", port)
        if reply.status == "answered":
            yield from _web.visit(target.address, port, tls=True)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`x509.subject`, `x509.issuer`, `x509.sha256`, and the facts of the pages."""
    got = list(heard(evidence))
    for one in got:
        if one.observation.asked.startswith(_ASKED):
            yield from x509.facts(one.id, "self", one.body or b"")
    yield from _web.facts(got)

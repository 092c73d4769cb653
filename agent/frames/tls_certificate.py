"""TLS: the certificate that a server shows to whoever connects. Its side alone; which name was asked for is not looked at."""

from collections.abc import Iterator

from agent.decode import x509
from agent.decode.ether import Frame
from agent.decode.tls import certificate
from model.claims import Fact

TITLE = "certificates of TLS servers"
PORTS = (443, 8443)
WHERE = tuple(f"tcp/{port}" for port in PORTS)
TRAFFIC = True


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """`x509.subject`, `x509.issuer`, `x509.sha256` about the server."""
    if frame.ports and frame.ports[0] in PORTS and frame.speaker:
        yield from x509.facts(evidence, frame.speaker, certificate(frame.payload))

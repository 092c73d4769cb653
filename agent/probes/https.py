"""HTTPS: the certificate, then the same pages as HTTP. Any certificate is accepted: it is evidence, not trust."""

import hashlib
import warnings
from collections.abc import Iterator, Sequence

from agent.ask import Certificate, Dialogue, Target
from agent.decode.say import said
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
            yield from _certificate(one.id, one.body or b"")
    yield from _web.facts(got)


def _certificate(evidence: str, der: bytes) -> Iterator[Fact]:
    names = _names(der)
    if names:
        yield from said(evidence, "self", "x509.subject", names[0])
        yield from said(evidence, "self", "x509.issuer", names[1])
        yield from said(evidence, "self", "x509.sha256", hashlib.sha256(der).hexdigest())


def _names(der: bytes) -> tuple[str, str] | None:
    """Subject and issuer in the order of RFC 4514 (most specific first), as Recog has them; None for no certificate."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    email = {x509.NameOID.EMAIL_ADDRESS: "emailAddress"}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # devices' certificates break rules that only matter to those who trust them
            found = x509.load_der_x509_certificate(der)
            return found.subject.rfc4514_string(email), found.issuer.rfc4514_string(email)
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm):
        return None

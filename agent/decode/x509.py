"""Certificates: who is named in one, and its digest. Any certificate is read: it is evidence, not trust. Pure."""

import hashlib
import warnings
from collections.abc import Iterator

from agent.decode.say import said
from model.claims import Fact


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`x509.subject`, `x509.issuer`, `x509.sha256` of a certificate in DER; nothing of anything else."""
    names = _names(payload)
    if names:
        yield from said(evidence, about, "x509.subject", names[0])
        yield from said(evidence, about, "x509.issuer", names[1])
        yield from said(evidence, about, "x509.sha256", hashlib.sha256(payload).hexdigest())


def _names(der: bytes) -> tuple[str, str] | None:
    """Subject and issuer in the order of RFC 4514 (most specific first), as Recog has them; None for no certificate."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    email = {x509.NameOID.EMAIL_ADDRESS: "emailAddress"}
    try:
        with warnings.catch_warnings():
            # Devices' certificates break rules that only matter to those who trust them.
            warnings.simplefilter("ignore")
            found = x509.load_der_x509_certificate(der)
            return found.subject.rfc4514_string(email), found.issuer.rfc4514_string(email)
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm):
        return None

"""Self-made certificates for the lab's HTTPS ports: every device has a key and a certificate of its own."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lab.nouns import Certificate

FROM, UNTIL = datetime(2021, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)


def context(names: Certificate, folder: Path, stem: str) -> ssl.SSLContext:
    """A server's TLS settings with a fresh key, signed by itself whatever issuer it names. Files go into `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = folder / f"{stem}.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(_certificate(names, key).public_bytes(Encoding.PEM) + private)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(pem)
    pem.unlink()
    return made


def _certificate(names: Certificate, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(names.subject))
        .issuer_name(x509.Name.from_rfc4514_string(names.issuer or names.subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
    )
    return made.not_valid_before(FROM).not_valid_after(UNTIL).sign(key, SHA256())

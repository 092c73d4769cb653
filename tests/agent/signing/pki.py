"""What papers are signed with in tests: authorities and certificates made here, a time-stamp authority (`openssl ts`) on loopback."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
CONFIG = """[tsa]
default_tsa = one
[one]
serial = {folder}/serial
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
ess_cert_id_alg = sha256
signer_digest = sha256
"""


class Pki:
    """An authority and what it certifies, as PEM files in `folder`."""

    def __init__(self, folder: Path, name: str = "Test Root") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._builder(self.name, self.key.public_key(), -DAY, 3650 * DAY)
        made = made.add_extension(x509.BasicConstraints(True, None), True).add_extension(
            _usage(sign_certificates=True), True
        )
        self.cert = made.sign(self.key, hashes.SHA256())
        self.ca = self._kept("ca.pem", self.cert)

    def leaf(
        self, name: str, key: Any = None, *, starts: timedelta = -DAY, ends: timedelta = 365 * DAY, usage: Any = "sign"
    ) -> tuple[Path, Path]:
        """(certificate, key) of a person called `name`, as PEM files. `usage`: sign, encipher, stamp, ca or authority."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Marine LLC"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        made = self._builder(subject, key.public_key(), starts, ends)
        made = made.add_extension(x509.BasicConstraints(usage in ("ca", "authority"), None), True)
        made = made.add_extension(_usage(usage == "encipher", usage == "authority"), True)
        if usage == "stamp":
            made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        stem = name.replace(" ", "-").lower()
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self.folder / f"{stem}.key").write_bytes(pem)
        return self._kept(f"{stem}.pem", made.sign(self.key, hashes.SHA256())), self.folder / f"{stem}.key"

    def p12(self, openssl: str, name: str, key: Any = None, password: str = "sesame", **given: Any) -> Path:
        """A PKCS #12 file that OpenSSL made, with the authority's certificate in it."""
        cert, secret = self.leaf(name, key, **given)
        out = cert.with_suffix(".p12")
        line = [openssl, "pkcs12", "-export", "-inkey", secret, "-in", cert, "-certfile", self.ca, "-out", out]
        subprocess.run([*line, "-passout", f"pass:{password}"], check=True, capture_output=True, timeout=30)
        return out

    def crl(self, revoked: dict[Path, datetime], at: datetime = NOW, ends: timedelta = 30 * DAY) -> Path:
        """A list of this authority's, of `at`, with certificates and when they were revoked."""
        made = x509.CertificateRevocationListBuilder().issuer_name(self.name).last_update(at).next_update(at + ends)
        for cert, when in revoked.items():
            serial = x509.load_pem_x509_certificate(cert.read_bytes()).serial_number
            made = made.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
            )
        out = self.folder / f"crl-{len(list(self.folder.glob('crl-*')))}.pem"
        out.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return out

    def _builder(self, subject: x509.Name, key: Any, starts: timedelta, ends: timedelta) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW + starts)
            .not_valid_after(NOW + ends)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
        )

    def _kept(self, name: str, cert: x509.Certificate) -> Path:
        (self.folder / name).write_bytes(cert.public_bytes(serialization.Encoding.PEM))
        return self.folder / name


def _usage(encipher: bool = False, sign_certificates: bool = False) -> x509.KeyUsage:
    signs = not encipher and not sign_certificates
    return x509.KeyUsage(signs, signs, encipher, False, False, sign_certificates, sign_certificates, False, False)


KEYS: dict[str, Any] = {
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa2048": lambda: rsa.generate_private_key(65537, 2048),
    "rsa1024": lambda: rsa.generate_private_key(65537, 1024),
    "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


@contextlib.contextmanager
def served(answer: Any) -> Iterator[str]:
    """The URL of a server on loopback that answers each POST with what `answer(body)` gives: bytes, or an HTTP status."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(made if isinstance(made, int) else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            if isinstance(made, bytes):
                self.wfile.write(made)

        def log_message(self, *said: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def stamper(openssl: str, pki: Pki) -> Any:
    """A function that answers a time-stamp query as `openssl ts` does."""
    folder = pki.folder
    cert, key = pki.leaf("Test Stamps", rsa.generate_private_key(65537, 2048), usage="stamp")
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))

    def answer(query: bytes) -> bytes:
        (folder / "query").write_bytes(query)
        line = [openssl, "ts", "-reply", "-config", folder / "tsa.cnf", "-queryfile", folder / "query"]
        line += ["-signer", cert, "-inkey", key, "-out", folder / "reply"]
        subprocess.run(line, check=True, capture_output=True, timeout=30)
        return (folder / "reply").read_bytes()

    return answer

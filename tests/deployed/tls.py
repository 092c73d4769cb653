"""A server's certificate for tests, made by openssl: for two days, for one address."""

from __future__ import annotations

import subprocess
from pathlib import Path


def certified(folder: Path, address: str, openssl: str = "openssl") -> tuple[Path, Path]:
    """(certificate, key), in PEM, in `folder`."""
    certificate, key = folder / "tls.pem", folder / "tls.key"
    kind = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=collector".split()
    more = ["-addext", f"subjectAltName=IP:{address}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *kind, *more], check=True, capture_output=True, timeout=30)
    return certificate, key

"""FIPS mode: which keys may sign, who asked for it, and what the libraries that sign say of themselves."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

KERNEL = Path("/proc/sys/crypto/fips_enabled")
VARIABLE = "LAYDOWN_FIPS"
LEAST_RSA = 2048  # bits
CURVES = (ec.SECP256R1, ec.SECP384R1)
REFUSED = f"Ed25519, RSA below {LEAST_RSA} bits, curves other than P-256 and P-384, digests other than SHA-2"


def asked(flag: bool, environ: Mapping[str, str] = os.environ) -> str:
    """Who asks for FIPS mode, in words; "" where nobody does: the command line, the environment, the kernel."""
    if flag:
        return "--fips"
    if environ.get(VARIABLE, "0") not in ("", "0"):
        return f"{VARIABLE} is set"
    return "this machine's kernel is in FIPS mode" if kernel() else ""


def kernel() -> bool:
    """Whether the kernel says so of itself."""
    try:
        return KERNEL.read_text().strip() == "1"
    except OSError:
        return False


def refusal(key: object) -> str:
    """Why FIPS mode refuses a person's public key; "" where it does not. SHA-2 goes with every key that is left."""
    if isinstance(key, rsa.RSAPublicKey):
        return "" if key.key_size >= LEAST_RSA else f"RSA of {key.key_size} bits, and it takes {LEAST_RSA} at least"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "" if isinstance(key.curve, CURVES) else f"the curve {key.curve.name}, and it takes P-256 and P-384"
    return "neither RSA nor a curve of NIST's"


def validated() -> tuple[bool, bool]:
    """Whether OpenSSL in Python, and the one that signs (of `cryptography`), refuse MD5 as they do in FIPS mode alone."""
    return _refuses(lambda: hashlib.md5(b"")), _refuses(lambda: hashes.Hash(hashes.MD5()))


def _refuses(digest: object) -> bool:
    try:
        digest()  # type: ignore[operator]
    except (ValueError, UnsupportedAlgorithm):
        return True
    return False

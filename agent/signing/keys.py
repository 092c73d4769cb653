"""Signing keys in files: Ed25519 or ECDSA P-256, made once, never overwritten, readable by their owner alone."""

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from model.keys import Private, Public, holds, keyid, pem, public, signed
from model.trouble import Trouble, UsageTrouble

__all__ = ["FIPS", "KINDS", "Private", "Public", "holds", "keyid", "made", "pem", "private", "public", "signed"]
KINDS = ("ed25519", "p256")
FIPS = "FIPS mode takes P-256 and SHA-2 alone"
PUBLIC, SECRET = b"-----BEGIN PUBLIC KEY-----", b"PRIVATE KEY-----"


def made(kind: str, path: Path, passphrase: bytes | None = None) -> str:
    """Write a new key to `path` (PKCS#8 PEM, mode 0600) and its public half to `path`.pub; its id. Trouble if either is there."""
    key: Private = (
        ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())
    )
    lock: serialization.KeySerializationEncryption = (
        serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    )
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    public = path.with_name(path.name + ".pub")
    for one in (path, public):
        if one.exists():
            raise UsageTrouble(str(one), "is there already, and a key is never overwritten", "choose another name")
    _written(path, secret, 0o600)
    _written(public, pem(key.public_key()), 0o644)
    return keyid(key.public_key())


def _written(path: Path, data: bytes, mode: int) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as held:
            held.write(data)
    except OSError as fault:
        raise Trouble(str(path), f"cannot be written ({fault.strerror})", "choose another place") from None


def private(path: Path, passphrase: bytes | None = None, fips: bool = False) -> Private:
    """The key in `path`; Trouble where it is none, is locked, is another kind, or others can read it."""
    try:
        held = path.read_bytes()
        if PUBLIC in held:
            raise UsageTrouble(str(path), "the public half, which cannot sign", "name the key beside it, without .pub")
        if os.name == "posix" and SECRET in held and path.stat().st_mode & 0o077:
            raise Trouble(str(path), "others than its owner can read this key", f"chmod 600 {path}")
        key = serialization.load_pem_private_key(held, passphrase)
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "make one: laydown keygen FILE") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        remedy = "check the file and --passphrase-file"
        raise Trouble(str(path), "no key that can be read, or not with this passphrase", remedy) from None
    if isinstance(key, ed25519.Ed25519PrivateKey) and fips:
        raise UsageTrouble(str(path), f"an Ed25519 key: {FIPS}", "make one with: laydown keygen FILE --type p256")
    if isinstance(key, ed25519.Ed25519PrivateKey) or (
        isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
    ):
        return key
    raise Trouble(str(path), "neither Ed25519 nor ECDSA P-256", "make one: laydown keygen FILE")

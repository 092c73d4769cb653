"""Keys as values: PEM, id, what was signed and whether it holds. Pure computation; files and new keys are agent/signing's.

Private: Ed25519 or ECDSA P-256, and Public its other half; both ends of a connection read, name and check keys alike.
"""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from model.trouble import Trouble

Private = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
Public = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey


def public(data: bytes, where: str) -> Public:
    """The public key of PEM bytes; Trouble where it is none of ours."""
    try:
        key = serialization.load_pem_public_key(data)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Trouble(where, "no public key in PEM", "name the .pub file that keygen wrote") from None
    if isinstance(key, ed25519.Ed25519PublicKey) or (
        isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    ):
        return key
    raise Trouble(where, "neither Ed25519 nor ECDSA P-256", "name the .pub file that keygen wrote")


def pem(key: Public) -> bytes:
    """SubjectPublicKeyInfo in PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def keyid(key: Public) -> str:
    """sha256 of the SubjectPublicKeyInfo in DER, 64 hex digits."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return sha256(der).hexdigest()


def signed(key: Private, data: bytes) -> bytes:
    """Ed25519's 64 bytes, the same each time; or ECDSA's DER over SHA-256, another each time."""
    return key.sign(data) if isinstance(key, ed25519.Ed25519PrivateKey) else key.sign(data, ec.ECDSA(hashes.SHA256()))


def holds(key: Public, signature: bytes, data: bytes) -> bool:
    """Whether the signature is this key's over these bytes."""
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        else:
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True

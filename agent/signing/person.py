"""A person's key and certificate, wherever they live: what may sign, with which digest, and whether a signature is this key's."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

from agent.signing import fips
from model.trouble import Trouble
from reporters._text import shown

Holder = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class Person(msgspec.Struct, frozen=True):
    """`signer`: pyHanko's, which holds the key or the way to the card; `where`: the file or card, for messages."""

    signer: Any
    certificate: x509.Certificate
    where: str


def name_of(name: x509.Name) -> str:
    """The common name, or the whole name where there is none; harmless on a terminal and on paper."""
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return shown(str(found[0].value) if found else name.rfc4514_string())[:160]


def digest_of(key: object) -> str:
    """The SHA-2 digest that goes with a key: as strong as its curve."""
    size = key.curve.key_size if isinstance(key, ec.EllipticCurvePublicKey) else 256
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "sha512"
    return "sha256" if size <= 256 else "sha384" if size <= 384 else "sha512"


def refused(person: Person, in_fips: str, now: datetime) -> Trouble | None:
    """Why this certificate cannot sign a paper now; None where it can. `in_fips`: who asked for FIPS mode, "" for nobody."""
    held, where = person.certificate, f"{person.where}: certificate of {name_of(person.certificate.subject)}"
    if now < held.not_valid_before_utc or now > held.not_valid_after_utc:
        ends = f"valid from {held.not_valid_before_utc:%Y-%m-%d} to {held.not_valid_after_utc:%Y-%m-%d}"
        return Trouble(where, f"not valid now ({ends})", "sign with a current certificate, or set the clock right")
    if why := unfit(held):
        return Trouble(where, why, "choose the signer's own certificate for signing (--cert-label of a card)")
    if why := _weak(held.public_key()):
        return Trouble(where, why, "sign with RSA of 2,048 bits or more, P-256, P-384 or Ed25519")
    if in_fips and (why := fips.refusal(held.public_key())):
        return Trouble(where, f"refused in FIPS mode ({in_fips}): {why}", "sign with another key")
    return None


def unfit(held: x509.Certificate) -> str:
    """Why a certificate is none to sign with, by its own extensions; "" where it is one."""
    try:
        if held.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return "an authority's certificate, not a person's"
    except x509.ExtensionNotFound:
        pass
    try:
        usage = held.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return ""
    return "" if usage.digital_signature or usage.content_commitment else "not made for signing (its key usage says so)"


def _weak(key: object) -> str:
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA of {key.key_size} bits is too weak" if key.key_size < fips.LEAST_RSA else ""
    return "" if isinstance(key, Holder) else "a kind of key that does not sign papers"


def holds(key: object, signature: bytes, data: bytes) -> bool:
    """Whether the signature is this key's over these bytes: as `Person.signer` signs, RSA by PKCS #1 v1.5."""
    digest = DIGESTS[digest_of(key)]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def keyid(key: Any) -> str:
    """sha256 of the SubjectPublicKeyInfo in DER, 64 hex digits: as model.keys names its own kinds."""
    return sha256(
        key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    ).hexdigest()

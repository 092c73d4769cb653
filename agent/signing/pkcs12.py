"""A person's key out of a PKCS #12 file (.p12, .pfx)."""

import os
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from agent.signing.person import Person
from model.trouble import Trouble, UsageTrouble


def person(path: Path, passphrase: bytes | None) -> Person:
    """Who signs; Trouble where the file is none, is locked with another passphrase, or lacks key or certificate."""
    try:
        if passphrase is None and os.name == "posix" and path.stat().st_mode & 0o077:
            raise Trouble(
                str(path), "others than its owner can read this key, and no passphrase was given", f"chmod 600 {path}"
            )
        held = pkcs12.load_pkcs12(path.read_bytes(), passphrase)
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "name a .p12 or .pfx file") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        what = "no PKCS #12 file that can be read, or not with this passphrase"
        raise Trouble(str(path), what, "check the file and --passphrase-file") from None
    if held.key is None or held.cert is None:
        lacks = "key" if held.key is None else "certificate"
        raise Trouble(str(path), f"holds no {lacks} of a person", "export key and certificate together")
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    chain = SimpleCertificateStore()
    chain.register_multiple(
        _asn1(one.certificate.public_bytes(serialization.Encoding.DER)) for one in held.additional_certs
    )
    secret = held.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    own = held.cert.certificate
    signer = SimpleSigner(
        signing_cert=_asn1(own.public_bytes(serialization.Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(secret),
        cert_registry=chain,
        embed_roots=False,
    )
    return Person(signer, own, str(path))


def _asn1(der: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(der)

"""SNMPv3 keys and ciphers: passphrase to localized key, HMAC, DES and AES, both ways of stretching short keys.

Sources: RFC 3414 (MD5, SHA-1, DES, localization), RFC 7860 (SHA-2), RFC 3826 (AES-128), draft-blumenthal-aes-usm-04 and
draft-reeder-snmpv3-usm-3desede-00 (two ways to longer keys, both met in the field).
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Literal

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

try:
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:  # before cryptography 47
    from cryptography.hazmat.primitives.ciphers.modes import CFB

Stretch = Literal["blumenthal", "reeder"]
HASHES = {  # name: (hashlib's name, bytes of the digest sent)
    "md5": ("md5", 12),
    "sha": ("sha1", 12),
    "sha224": ("sha224", 16),
    "sha256": ("sha256", 24),
    "sha384": ("sha384", 32),
    "sha512": ("sha512", 48),
}
PRIVACY = {"des": 16, "aes128": 16, "aes192": 24, "aes256": 32}  # name: bytes of key
EXPANDED = 1_048_576  # bytes of repeated passphrase that are hashed


@lru_cache(maxsize=64)  # a megabyte of hashing: once a passphrase, not once a device
def master_key(auth: str, passphrase: bytes) -> bytes:
    """Ku of RFC 3414 appendix A.2."""
    times, rest = divmod(EXPANDED, len(passphrase))
    return hashlib.new(HASHES[auth][0], passphrase * times + passphrase[:rest]).digest()


def localized(auth: str, passphrase: bytes, engine: bytes) -> bytes:
    """Kul: the key for the engine with id `engine`."""
    return _localize(auth, master_key(auth, passphrase), engine)


def _localize(auth: str, key: bytes, engine: bytes) -> bytes:
    return hashlib.new(HASHES[auth][0], key + engine + key).digest()


def privacy_key(auth: str, priv: str, passphrase: bytes, engine: bytes, stretch: Stretch) -> bytes:
    """The localized key of `priv`, stretched if the digest is shorter than the key."""
    key = localized(auth, passphrase, engine)
    while len(key) < PRIVACY[priv]:
        if stretch == "blumenthal":
            key += hashlib.new(HASHES[auth][0], key).digest()
        else:
            size = hashlib.new(HASHES[auth][0]).digest_size
            key += localized(auth, key[-size:], engine)
    return key[: PRIVACY[priv]]


def stretches(auth: str, priv: str) -> bool:
    """Whether the two ways of stretching differ for this pair."""
    return bool(priv) and hashlib.new(HASHES[auth][0]).digest_size < PRIVACY[priv]


def signature(auth: str, key: bytes, message: bytes) -> bytes:
    """The truncated HMAC that goes into a message whose own field is zeros."""
    name, size = HASHES[auth]
    return hmac.digest(key, message, name)[:size]


def _cipher(priv: str, key: bytes, boots: int, at: int, salt: bytes) -> Cipher[modes.CBC] | Cipher[CFB]:
    if priv == "des":
        vector = bytes(a ^ b for a, b in zip(key[8:16], salt, strict=True))
        return Cipher(TripleDES(key[:8] * 3), modes.CBC(vector))
    return Cipher(algorithms.AES(key), CFB(boots.to_bytes(4, "big") + at.to_bytes(4, "big") + salt))


def encrypted(priv: str, key: bytes, boots: int, at: int, salt: bytes, plain: bytes) -> bytes:
    """`plain` under `key`. `boots`, `at`: of the engine; `salt`: 8 bytes, never used twice with one key."""
    box = _cipher(priv, key, boots, at, salt).encryptor()
    return box.update(plain + bytes(-len(plain) % 8 if priv == "des" else 0)) + box.finalize()


def decrypted(priv: str, key: bytes, boots: int, at: int, salt: bytes, sealed: bytes) -> bytes:
    """The plain bytes, for DES with up to 7 bytes of padding. ValueError if the sizes cannot be."""
    if len(salt) != 8 or (priv == "des" and len(sealed) % 8):
        raise ValueError("a salt or ciphertext of a wrong size")
    box = _cipher(priv, key, boots, at, salt).decryptor()
    return box.update(sealed) + box.finalize()

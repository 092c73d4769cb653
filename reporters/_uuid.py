"""Identifiers that follow from what they name: UUID version 5 (RFC 9562 section 5.5), the same for the same filing."""

import hashlib

import msgspec

from model.canonical import digest
from model.filing import Filing

# The namespace of all of them: the version 5 UUID of the schema's name under that of URLs (6ba7b811-9dad-11d1-80b4-00c04fd430c8).
_URLS = bytes.fromhex("6ba7b8119dad11d180b400c04fd430c8")


def uuid_of(*names: str) -> str:
    """The UUID of a path of names, in the usual 8-4-4-4-12 form."""
    return _uuid(_SPACE, "\x1f".join(names))


def filing_digest(filing: Filing) -> str:
    """The digest of all that a filing's papers are a function of."""
    return digest(msgspec.json.encode(filing, order="sorted"))


def _uuid(space: bytes, name: str) -> str:
    raw = bytearray(hashlib.sha1(space + name.encode(), usedforsecurity=False).digest()[:16])
    raw[6] = raw[6] & 0x0F | 0x50
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


_SPACE = bytes.fromhex(_uuid(_URLS, "laydown.filing/1").replace("-", ""))

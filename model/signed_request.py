"""A signed request: what an agent signs of every request to a collector, and the header that carries it. Pure: the clock is an argument.

The signature is over method, path with query, time, nonce and the body's digest, so a request that was overheard serves for nothing else,
and for itself only once within NONCE_LIFE. `path` starts at `/api/`: what stands before it is the proxy's.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from datetime import datetime

import msgspec

from model.canonical import canonical_flat, digest
from model.keys import Private, Public, holds, keyid, signed
from model.statement import pae
from model.times import read
from model.trouble import Trouble

KIND = "application/vnd.laydown.request"
SCHEME = "Laydown"
CLOCK = 300  # seconds by which the two clocks may differ
NONCE_LIFE = 600  # seconds in which the same nonce is refused
FORM = re.compile(
    SCHEME
    + r' keyid="([0-9a-f]{64})", at="([0-9TZ:.-]{27})", nonce="([0-9A-Za-z_-]{16,64})", sig="([0-9A-Za-z+/=]{1,200})"'
)


class Asked(msgspec.Struct, frozen=True):
    """What is signed. `method`: upper case; `at`: UTC; `nonce`: 16 to 64 letters, digits, - and _; `body`: digest of its bytes."""

    method: str
    path: str
    at: str
    nonce: str
    body: str


class Header(msgspec.Struct, frozen=True):
    """The header Authorization, taken apart."""

    keyid: str
    at: str
    nonce: str
    signature: bytes

    @property
    def moment(self) -> datetime:
        """When it was signed, by the agent's clock. ValueError where it is no time of our form."""
        return read(self.at)


def asked(method: str, path: str, body: bytes, at: str, nonce: str) -> Asked:
    """The noun of a request about to leave, or just received."""
    return Asked(method.upper(), path, at, nonce, digest(body))


def header(key: Private, request: Asked) -> str:
    """The value of Authorization."""
    signature = b64encode(signed(key, _bytes(request))).decode()
    name = keyid(key.public_key())
    return f'{SCHEME} keyid="{name}", at="{request.at}", nonce="{request.nonce}", sig="{signature}"'


def parsed(value: str) -> Header:
    """The header's parts; Trouble where it has another form."""
    found = FORM.fullmatch(value.strip())
    if found is None:
        raise Trouble("Authorization", "not signed as an agent signs", "see docs/protocol.md")
    name, at, nonce, text = found.groups()
    try:
        return Header(name, at, nonce, b64decode(text, validate=True))
    except (NotBase64, ValueError):
        raise Trouble("Authorization", "a signature that is no base64", "see docs/protocol.md") from None


def proves(key: Public, told: Header, request: Asked) -> bool:
    """Whether `key` signed this very request. The caller has looked at the time, the nonce and who the key is."""
    same = (told.at, told.nonce, told.keyid) == (request.at, request.nonce, keyid(key))
    return same and holds(key, told.signature, _bytes(request))


def _bytes(request: Asked) -> bytes:
    return pae(KIND, canonical_flat(request))

"""Passwords as argon2id hashes, and codes of an authenticator (TOTP, RFC 6238: SHA-1, 6 digits, 30 seconds)."""

import base64
import hashlib
import hmac
import secrets
from functools import cache
from urllib.parse import quote

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from model.trouble import UsageTrouble

SHORTEST, LONGEST = 12, 1024  # letters; NIST SP 800-63B asks length, no mixture of signs
STEP = 30  # seconds of one code
# 19 MiB and two passes: OWASP's first choice; a sign-in is some 30 ms of one core.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    """The hash to be kept; UsageTrouble for a password too short, too long, or of one sign."""
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 4:
        raise UsageTrouble("password", f"needs {SHORTEST} to {LONGEST} signs, not all alike", "choose a longer one")
    return HASHER.hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether it is the password. An account without one takes as long as any other, so that nobody learns who is here."""
    nobodys = _nobody()  # always, since the first one is made when it is asked for
    try:
        return HASHER.verify(kept or nobodys, password[: LONGEST + 1]) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return HASHER.hash(secrets.token_urlsafe(16))


def new_secret() -> str:
    """A secret for an authenticator: 160 bits in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code(secret: str, counter: int) -> str:
    """The six digits of one step (RFC 4226 section 5.3)."""
    mac = hmac.new(base64.b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def counter_of(secret: str, given: str, seconds: float, used: int) -> int:
    """The step whose code was given, of those around now and after the last one used; 0 if none."""
    here = int(seconds // STEP)
    for counter in (here - 1, here, here + 1):
        if counter > used and hmac.compare_digest(
            code(secret, counter).encode(), given.strip().replace(" ", "").encode()
        ):
            return counter
    return 0


def link(secret: str, login: str, issuer: str = "Laydown") -> str:
    """What an authenticator reads (otpauth)."""
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?secret={secret}&issuer={quote(issuer)}"

"""Signing in by an OpenID Connect provider: authorization code with PKCE, state and nonce; the id token's signature and claims are checked.

A person is who the provider's subject says. The first time, a login that an admin has added is bound to that subject, once and for all.
"""

import secrets
import warnings
from pathlib import Path
from typing import Any

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import Connection, Row, select, update

from collector.clock import now, stamp
from collector.people import accounts, sessions
from collector.place import Place
from collector.refused import Refused
from collector.settings import Provider
from collector.store.tables import organisation, user

TIMEOUT = 10.0
LARGEST = 1_000_000  # bytes of any answer of a provider
ALGORITHMS = ["RS256", "RS512", "PS256", "ES256", "EdDSA"]
SKEW = 120  # seconds
NO = Refused(
    403,
    "oidc",
    "the provider's answer does not hold, or nobody here is called so",
    "sign in again, or ask an admin",
    final=True,
)


class Begun(msgspec.Struct, frozen=True):
    """What the browser keeps until it comes back; `url`: where it goes now."""

    url: str
    state: str
    nonce: str
    verifier: str


def begun(provider: Provider, back: str) -> Begun:
    """Begin a sign-in. `back`: the address that the provider sends the browser to."""
    about = _discovered(provider)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    with _client(provider, back) as client:
        said = {"nonce": nonce, "code_verifier": verifier}
        url, _ = client.create_authorization_url(about["authorization_endpoint"], state=state, **said)
    return Begun(str(url), state, nonce, verifier)


def signed_in(place: Place, provider: Provider, back: str, held: Begun, code: str) -> str:
    """The session word of who comes back with a code; Refused where anything does not hold."""
    about = _discovered(provider)
    try:
        with _client(provider, back) as client:
            token = client.fetch_token(
                about["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=held.verifier
            )
        keys = KeySet.import_key_set(_got(about["jwks_uri"]))  # type: ignore[arg-type]
        claims = jwt.decode(str(token["id_token"]), keys, algorithms=ALGORITHMS).claims
    except (httpx.HTTPError, JoseError, KeyError, ValueError, TypeError, AttributeError) as fault:
        raise _broken(fault) from None
    except Exception as fault:
        if type(fault).__module__.startswith(("authlib", "joserfc")):
            raise _broken(fault) from None
        raise
    _checked(claims, provider, held)
    with place.store.system(write=True) as tx:
        row = _person(tx, provider, claims)
        tx.execute(
            update(user).where(user.c.organisation == row.organisation, user.c.id == row.id).values(seen_at=stamp())
        )
        accounts.recorded(tx, row, "signed in")
        return sessions.opened(tx, row.organisation, row.id, "session", "oidc")[0]


def _broken(fault: Exception) -> Refused:
    said = " ".join(f"{type(fault).__name__} {fault}".split())[:160]
    return Refused(
        403, "oidc", f"the provider's answer does not hold ({said})", "sign in again, or ask an admin", final=True
    )


def _checked(claims: dict[str, Any], provider: Provider, held: Begun) -> None:
    """Refused unless the token is this provider's, for us, of now, and for this very sign-in."""
    to = claims.get("aud")
    for_us = to == provider.client_id or (isinstance(to, list) and to == [provider.client_id])
    until, at = claims.get("exp"), now().timestamp()
    fresh = isinstance(until, int | float) and at < until + SKEW
    if (
        claims.get("iss") != provider.issuer
        or not for_us
        or not fresh
        or claims.get("nonce") != held.nonce
        or not claims.get("sub")
    ):
        raise NO
    # Whoever may write an address into their own profile is not yet who reads its mail: unsaid is not verified.
    if provider.claim == "email" and claims.get("email_verified") is not True:
        raise NO


def _person(tx: Connection, provider: Provider, claims: dict[str, Any]) -> Row[Any]:
    subject = str(claims["sub"])
    home = user.c.organisation == provider.organisation
    row = tx.execute(select(user).where(home, user.c.issuer == provider.issuer, user.c.subject == subject)).first()
    if row is None:
        row = _bound(tx, provider, subject, str(claims.get(provider.claim, "")))
    if row.disabled_at:
        raise NO
    return row


def _bound(tx: Connection, provider: Provider, subject: str, login: str) -> Row[Any]:
    home = user.c.organisation == provider.organisation
    # An account with a password of its own is its owner's: a provider that says the same name does not take it over.
    free = (user.c.subject == "", user.c.password == "")
    row = tx.execute(select(user).where(home, user.c.login == login, *free)).first()
    if row is None:
        taken = tx.execute(select(user.c.id).where(user.c.login == login)).first()
        there = tx.execute(select(organisation.c.id).where(organisation.c.id == provider.organisation)).first()
        if not provider.role or taken or not there or not accounts.LOGIN.fullmatch(login):
            raise NO
        accounts.added(tx, provider.organisation, login, provider.role)
    ours = (home, user.c.login == login)
    tx.execute(update(user).where(*ours).values(issuer=provider.issuer, subject=subject))
    return tx.execute(select(user).where(*ours)).one()


def _client(provider: Provider, back: str) -> Any:
    with warnings.catch_warnings():  # Authlib tells its own developers of a library to come
        warnings.simplefilter("ignore")
        from authlib.integrations.httpx_client import OAuth2Client

    try:
        secret = Path(provider.client_secret_file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Refused(
            503, "oidc", "the provider's secret cannot be read", "see client_secret_file in collector.toml"
        ) from None
    return OAuth2Client(
        provider.client_id,
        secret,
        redirect_uri=back,
        scope="openid email profile",
        timeout=TIMEOUT,
        code_challenge_method="S256",
    )


def _discovered(provider: Provider) -> dict[str, Any]:
    try:
        about = _got(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    except (httpx.HTTPError, ValueError) as fault:
        raise Refused(
            503, "oidc", f"the provider does not answer ({type(fault).__name__})", "try again", wait=30
        ) from None
    if about.get("issuer") != provider.issuer or not all(
        isinstance(about.get(n), str) for n in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    ):
        raise Refused(503, "oidc", "the provider says that it is another", "check issuer in collector.toml")
    return about


def _got(url: str) -> dict[str, Any]:
    with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=False) as answer:
        answer.raise_for_status()
        data = b""
        for piece in answer.iter_bytes():
            data += piece
            if len(data) > LARGEST:
                raise ValueError("too long")
    found: dict[str, Any] = msgspec.json.decode(data, type=dict[str, Any])
    return found

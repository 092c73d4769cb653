"""A person's key on a card or token, through its PKCS #11 module: one PIN, tried once, and never the last try that is left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from agent.signing.person import Person
from model.trouble import Missing, Trouble, UsageTrouble

CHOOSE = "name it with --token-label or --slot"
UNLOCK = "use the card's own program to see what is left, and to unlock it"


class Card(msgspec.Struct, frozen=True):
    """Where the key is: the module's file, the slot's number or the token's label, labels of certificate and key; "" for the only one."""

    module: Path
    slot: int | None = None
    token: str = ""
    cert: str = ""
    key: str = ""


@contextmanager
def opened(card: Card, pin: Callable[[], bytes | None]) -> Iterator[Person]:
    """Who signs, for as long as the card is open; Trouble naming module, card or PIN. `pin` is called once, or not if the reader asks."""
    try:
        import pkcs11
    except ModuleNotFoundError:
        raise Missing("python-pkcs11", "not installed, so no card can sign", "pip install 'laydown[paper]'") from None
    where = str(card.module)
    if not card.module.is_file():
        raise UsageTrouble(where, "no PKCS #11 module", "name the .so that comes with the card's program")
    try:
        token = _token(pkcs11.lib(where), card)
        where = f"card {token.label!r}"
        session = _session(token, pin, where)
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as fault:
        raise _trouble(fault, where) from None
    try:
        yield _person(session, card, where)
    except pkcs11.PKCS11Error as fault:
        raise _trouble(fault, where) from None
    finally:
        session[0].close()


def _token(module: Any, card: Card) -> Any:
    """The one token meant; Trouble where there is none or more than one."""
    there = [slot.get_token() for slot in module.get_slots(token_present=True)]
    there = [one for one in there if _initialised(one)]
    found = [one for one in there if card.token in ("", one.label) and card.slot in (None, one.slot.slot_id)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{one.label!r} in slot {one.slot.slot_id}" for one in there) or "none"
    if found:
        raise UsageTrouble(str(card.module), f"{len(found)} cards fit ({listed})", CHOOSE)
    wanted = f"{f' {card.token!r}' if card.token else ''}{'' if card.slot is None else f' in slot {card.slot}'}"
    raise Trouble(
        str(card.module),
        f"no card{wanted} (there: {listed})",
        f"put it into the reader, or {CHOOSE}",
    )


def _initialised(token: Any) -> bool:
    from pkcs11 import TokenFlag

    return bool(token.flags & TokenFlag.TOKEN_INITIALIZED)


def _session(token: Any, pin: Callable[[], bytes | None], where: str) -> tuple[Any, Any]:
    """(session, what the PIN was): logged in by one try."""
    from pkcs11 import PROTECTED_AUTH, TokenFlag

    if why := blocked(token.flags):
        raise Trouble(where, why, UNLOCK)
    if token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH:  # the reader has keys of its own
        return token.open(user_pin=PROTECTED_AUTH), PROTECTED_AUTH
    typed = pin()
    if typed is None:
        raise UsageTrouble(where, "no PIN given", "name a file with --pin-file, or run it on a terminal, which asks")
    try:
        said = typed.decode()
    except UnicodeDecodeError:
        raise UsageTrouble("--pin-file", "not UTF-8", "write the PIN there, as it is typed") from None
    return token.open(user_pin=said), said


def blocked(flags: Any) -> str:
    """Why no PIN is tried, by what the token says of itself; "" where one may be."""
    from pkcs11 import TokenFlag

    if flags & TokenFlag.USER_PIN_LOCKED:
        return "its PIN is locked"
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        return "one wrong PIN more would lock it, so none is tried"
    return ""


def _trouble(fault: BaseException, where: str) -> Trouble:
    from pkcs11 import exceptions as faults

    if isinstance(fault, faults.PinIncorrect | faults.PinInvalid | faults.PinLenRange):
        return Trouble(
            where, "the PIN was refused; it was tried once, and is not tried again", "mind that cards lock after a few"
        )
    if isinstance(fault, faults.PinLocked):
        return Trouble(where, "its PIN is locked", UNLOCK)
    if isinstance(fault, faults.TokenNotPresent | faults.DeviceRemoved | faults.TokenNotRecognised):
        return Trouble(where, "the card is gone", "put it into the reader and sign again; nothing was written")
    said = " ".join(f"{type(fault).__name__} {fault}".split())[:160]
    return Trouble(where, f"does not work ({said})", "check the module, the reader and the card; nothing was written")


def _person(opened: tuple[Any, Any], card: Card, where: str) -> Person:
    """The one certificate of that label whose key is on the card, as pyHanko's signer."""
    from asn1crypto import x509 as asn1_x509
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from pkcs11 import Attribute, KeyType, ObjectClass
    from pyhanko.sign.pkcs11 import PKCS11Signer

    session, pin = opened
    certs = list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
    keys = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    pairs = [(cert, key) for cert in certs for key in keys if _fits(cert, key, card)]
    if len(pairs) != 1:
        listed = ", ".join(repr(one[Attribute.LABEL]) for one in certs) or "none"
        what = f"{len(pairs)} certificates with a key fit (certificates there: {listed})"
        raise UsageTrouble(where, what, "choose with --cert-label, and --key-label if the key is called otherwise")
    cert, key = pairs[0]
    own = x509.load_der_x509_certificate(cert[Attribute.VALUE])
    if (key.key_type == KeyType.RSA) != isinstance(own.public_key(), rsa.RSAPublicKey):
        raise UsageTrouble(where, "the key chosen is not the certificate's", "choose the --key-label that goes with it")
    signer = PKCS11Signer(
        session,
        signing_cert=asn1_x509.Certificate.load(cert[Attribute.VALUE]),
        ca_chain=[asn1_x509.Certificate.load(one[Attribute.VALUE]) for one in certs],
        key_id=key[Attribute.ID],
        key_label=key[Attribute.LABEL] or None,
        embed_roots=False,
        # Cards hash little themselves, and SoftHSM does not at all: the digest is made here, the signature there.
        use_raw_mechanism=isinstance(own.public_key(), ec.EllipticCurvePublicKey),
        base_sign_kwargs={"pin": pin} if _asks_each_time(key) else {},
    )
    return Person(signer, own, where)


def _fits(cert: Any, key: Any, card: Card) -> bool:
    from pkcs11 import Attribute

    if card.cert and cert[Attribute.LABEL] != card.cert:
        return False
    return bool(key[Attribute.LABEL] == card.key if card.key else key[Attribute.ID] == cert[Attribute.ID])


def _asks_each_time(key: Any) -> bool:
    """A PIV card's signing key wants the PIN again for each signature."""
    from pkcs11 import Attribute, PKCS11Error

    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except (PKCS11Error, KeyError):
        return False

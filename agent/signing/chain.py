"""A certificate judged at a moment, offline: by the authorities and the lists of revoked ones that a person gave."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from asn1crypto import crl, pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext, errors
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule

from agent.signing.said import FAILED, OK, UNCHECKED, Said
from model.trouble import UsageTrouble

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Trust(msgspec.Struct, frozen=True):
    """`roots`: certificates of authorities a person trusts; `crls`: lists of revoked ones; `now`: the moment of checking."""

    roots: tuple[Any, ...] = ()
    crls: tuple[Any, ...] = ()
    now: datetime = EPOCH

    def nobody(self) -> Any:
        """A context in which nobody is trusted: for what is checked without regard to whose it is."""
        return ValidationContext(trust_roots=[], allow_fetching=False)


def trust_of(roots: Iterable[Path], crls: Iterable[Path], now: datetime) -> Trust:
    """What files hold, in PEM (any number) or DER; Trouble naming the one that holds nothing of the kind."""
    certificates = [
        x509.Certificate.load(der, strict=True) for path in roots for der in _held(path, "CERTIFICATE", _certificate)
    ]
    lists = [crl.CertificateList.load(der, strict=True) for path in crls for der in _held(path, "X509 CRL", _list)]
    return Trust(tuple(certificates), tuple(lists), now)


def _held(path: Path, kind: str, read: Any) -> list[bytes]:
    what = "certificate" if kind == "CERTIFICATE" else "list of revoked certificates"
    try:
        data = path.read_bytes()
        found = (
            [der for name, _, der in pem.unarmor(data, multiple=True) if name == kind] if pem.detect(data) else [data]
        )
        for der in found:
            read(der)
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "name a readable file") from None
    except (ValueError, TypeError, KeyError):
        found = []
    if not found:
        raise UsageTrouble(str(path), f"no {what} in PEM or DER", "name the file that its authority publishes")
    return found


def _certificate(der: bytes) -> None:
    x509.Certificate.load(der, strict=True).subject.native  # noqa: B018 - asn1crypto reads when it is asked


def _list(der: bytes) -> None:
    crl.CertificateList.load(der, strict=True)["tbs_cert_list"]["this_update"].native  # noqa: B018


def shown(name: Any) -> str:
    """A name as people read it, harmless on a terminal."""
    from reporters._text import shown as harmless

    return harmless(str(name.native.get("common_name") or name.human_friendly))[:160]


def judged(held: Any, others: Sequence[Any], trust: Trust, at: datetime, stamping: bool = False) -> tuple[Said, Said]:
    """(certificate, revocation) at the moment `at`. `others`: certificates that came along; `stamping`: a time-stamp authority's."""
    ends = f"valid from {held.not_valid_before:%Y-%m-%d} to {held.not_valid_after:%Y-%m-%d}"
    told = f"{shown(held.subject)}, of {shown(held.issuer)}, {ends}"
    if not trust.roots:
        return Said("certificate", UNCHECKED, f"no --trust given; {told}"), Said(
            "revocation", UNCHECKED, "no --trust given"
        )
    try:
        path = _path(held, others, trust, at, RevocationCheckingRule.NO_CHECK, stamping)
    except (errors.PathError, errors.ValidationError) as fault:
        return Said("certificate", FAILED, f"{_why(fault)}; {told}"), Said(
            "revocation", UNCHECKED, "its chain does not hold"
        )
    expired = "" if held.not_valid_after >= trust.now else "; it has expired since"
    chain = Said("certificate", OK, f"{told}, up to {shown(_first(path).subject)}{expired}")
    return chain, _revoked([one for one in path if one != _first(path)], others, trust, at)


def _first(path: Any) -> Any:
    return path.first if path.first is not None else path.last


def _path(held: Any, others: Sequence[Any], trust: Trust, at: datetime, rule: Any, stamping: bool = False) -> Any:
    policy = CertRevTrustPolicy(
        RevocationCheckingPolicy(rule, RevocationCheckingRule.NO_CHECK), retroactive_revinfo=True
    )
    context = ValidationContext(
        trust_roots=list(trust.roots),
        other_certs=list(others),
        moment=at,
        allow_fetching=False,
        crls=list(trust.crls),
        revinfo_policy=policy,
    )
    check = CertificateValidator(held, validation_context=context)
    usage = {"time_stamping"} if stamping else None
    return asyncio.run(check.async_validate_usage(set(), usage))


def _revoked(chain: Sequence[Any], others: Sequence[Any], trust: Trust, at: datetime) -> Said:
    """Each certificate below the authority against the lists given: the holder's must be known, the others' are looked at."""
    if not trust.crls:
        return Said("revocation", UNCHECKED, "no --crl given, and none kept")
    holder = Said("revocation", UNCHECKED, "no list is its issuer's")
    for one in reversed(chain):
        found = _listed(one, others, trust, at)
        if found.state == FAILED or one == chain[-1]:
            holder = found
        if found.state == FAILED:
            break
    return holder


def _listed(one: Any, others: Sequence[Any], trust: Trust, at: datetime) -> Said:
    what = "revocation"
    try:
        _path(one, others, trust, at, RevocationCheckingRule.CRL_REQUIRED)
    except errors.RevokedError as fault:
        when = f"{fault.revocation_dt:%Y-%m-%d %H:%M:%S} UTC"
        return Said(what, FAILED, f"{shown(one.subject)} was revoked at {when}, before it was used")
    except errors.StaleRevinfoError:
        if _on_old_list(one, others, trust):
            return Said(what, FAILED, f"{shown(one.subject)} was revoked, by a list that has run out since")
        return Said(what, UNCHECKED, "its authority's list has run out: get the newest")
    except (errors.PathError, errors.ValidationError) as fault:
        return Said(what, UNCHECKED, f"no list says ({_why(fault)})")
    return Said(what, OK, "not revoked then, by its authority's list")


def _on_old_list(one: Any, others: Sequence[Any], trust: Trust) -> bool:
    """Whether a list named it when the list was new: a revocation does not run out."""
    for listed in trust.crls:
        alone = msgspec.structs.replace(trust, crls=(listed,))
        issued = listed["tbs_cert_list"]["this_update"].native
        try:
            _path(one, others, alone, issued + SECOND, RevocationCheckingRule.CRL_REQUIRED)
        except errors.RevokedError:
            return True
        except (errors.PathError, errors.ValidationError):
            continue
    return False


def _why(fault: Exception) -> str:
    if isinstance(fault, errors.ExpiredError):
        return "a certificate of the chain had expired"
    if isinstance(fault, errors.NotYetValidError):
        return "a certificate of the chain was not valid yet"
    if isinstance(fault, errors.PathBuildingError):
        return "no chain leads to an authority that was given"
    return " ".join(str(fault).split())[:160]

"""Each signature in a PDF judged: unchanged, over the whole file, by whose certificate, revoked or not, stamped when."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from asn1crypto import crl

from agent.signing.broken import BROKEN
from agent.signing.chain import Trust, judged, shown
from agent.signing.person import unfit
from agent.signing.said import FAILED, OK, UNCHECKED, Said
from agent.signing.stamps import Stamp, weighed


class Signature(msgspec.Struct, frozen=True):
    """One signature judged. `certificate`: DER, b"" where it cannot be read; `said`: in the order people ask.

    `lasting`: signer and time stamp are trusted, and lists say that neither was revoked.
    """

    certificate: bytes
    said: tuple[Said, ...]
    lasting: bool = False


def signatures(reader: Any, trust: Trust) -> Iterator[Signature]:
    """Every signature in the paper, the oldest first; a document time stamp among them is passed over.

    Lists of revoked certificates that the paper keeps count like those given: their authorities signed them.
    """
    try:
        found = reader.embedded_regular_signatures
        trust = with_kept(trust, reader)
    except BROKEN as fault:
        yield _unread("signature", fault)
        return
    for number, one in enumerate(found, 1):
        about = f" {number}" if len(found) > 1 else ""
        try:
            yield _judged(one, trust, about)
        except BROKEN as fault:
            yield _unread(f"signature{about}", fault)


def with_kept(trust: Trust, reader: Any) -> Trust:
    """`trust` with the lists in the paper's document security store, too; BROKEN where they cannot be read."""
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    if "/DSS" not in reader.root:
        return trust
    held = DocumentSecurityStore.read_dss(reader).crls
    found = [crl.CertificateList.load(one.get_object().data, strict=True) for one in held]
    for one in found:
        one["tbs_cert_list"]["this_update"].native  # noqa: B018 - asn1crypto reads when it is asked
    return msgspec.structs.replace(trust, crls=(*trust.crls, *found))


def _unread(what: str, fault: Exception) -> Signature:
    said = " ".join(f"{type(fault).__name__} {fault}".split())[:120]
    return Signature(b"", (Said(what, FAILED, f"cannot be read ({said})"),))


def _judged(one: Any, trust: Trust, about: str) -> Signature:
    from cryptography import x509
    from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature

    status = asyncio.run(async_validate_pdf_signature(one, trust.nobody()))
    held = one.signer_cert
    said = [_unchanged(one, status, held, about), _whole(one, status, about)]
    stamp = _stamp(one, trust, about)
    at = stamp.at if stamp.trusted and stamp.at else trust.now
    chain, revoked = judged(held, one.other_embedded_certs, trust, at)
    if why := unfit(x509.load_der_x509_certificate(held.dump())):
        chain = Said(chain.what, FAILED, f"{why}; {chain.why}")
    when = "" if stamp.trusted else ("; judged as of now, since no trusted time stamp says when it was used")
    said += [
        Said(f"certificate{about}", chain.state, chain.why + (when if trust.roots else "")),
        Said(f"revocation{about}", revoked.state, revoked.why),
        stamp.said,
    ]
    return Signature(held.dump(), tuple(said), revoked.state == OK and stamp.listed)


def _unchanged(one: Any, status: Any, held: Any, about: str) -> Said:
    what = f"signature{about}"
    if not (status.intact and status.valid):
        return Said(what, FAILED, "what was signed is not what is here")
    if not _written_once(one):
        return Said(what, FAILED, "the room kept for it holds something else than it")
    claimed = one.self_reported_timestamp
    when = f", at {claimed:%Y-%m-%d %H:%M:%S %Z} by the signer's own clock" if claimed else ""
    return Said(what, OK, f"of {shown(held.subject)}{when}")


def _written_once(one: Any) -> bool:
    """Whether the gap that no signature covers holds the signature in hex, zeros behind it, and nothing else."""
    first, length, second, _ = (int(number) for number in one.byte_range)
    stream = one.reader.stream
    stream.seek(first + length)
    gap = stream.read(second - first - length)
    der = _der(one.pkcs7_content).hex().encode()
    match = re.fullmatch(rb"<(?:%b|%b)0*>" % (der, der.upper()), gap)
    return first == 0 and match is not None


def _der(data: bytes) -> bytes:
    """The first DER value of `data`, by its own length, without the zeros that fill the room."""
    if data[1] < 0x80:
        return data[: 2 + data[1]]
    size = data[1] & 0x7F
    return data[: 2 + size + int.from_bytes(data[2 : 2 + size], "big")]


def _whole(one: Any, status: Any, about: str) -> Said:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    what = f"whole file{about}"
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return Said(what, OK, "the signature covers all of it")
    if status.coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return Said(what, FAILED, "parts of what was signed are outside the signature")
    if one.reader.xrefs.total_revisions <= one.signed_revision + 1 or _loose(one.reader.stream):
        return Said(what, FAILED, "something stands behind it that is no part of a PDF")
    if status.modification_level in (None, ModificationLevel.OTHER) or not status.docmdp_ok:
        return Said(what, FAILED, "it was changed after signing")
    return Said(
        what,
        OK,
        "signed as it was then; since then only signatures, time stamps or lists of revoked certificates were added",
    )


def _loose(stream: Any) -> bool:
    """Whether the file goes on behind its end."""
    stream.seek(0)
    return bool(stream.read().rpartition(b"%%EOF")[2].strip(b"\r\n"))


def _stamp(one: Any, trust: Trust, about: str) -> Stamp:
    """The time stamp in the signature, over the signature's own value."""
    what = f"time stamp{about}"
    found = [
        value
        for attribute in (one.signer_info["unsigned_attrs"].native and one.signer_info["unsigned_attrs"]) or ()
        if attribute["type"].native == "signature_time_stamp_token"
        for value in attribute["values"]
    ]
    if not found:
        return Stamp(Said(what, UNCHECKED, "there is none: nothing but the signer's clock says when"))
    return weighed(found[0]["content"], one.signer_info["signature"].native, trust, what)

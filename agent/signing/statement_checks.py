"""The statement that goes with a signed paper, judged: by whom, over this paper, its draft and the filing inside; and its time stamp."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography import x509

from agent.plain_file import bytes_of
from agent.signing import person
from agent.signing.chain import Trust
from agent.signing.ink_checks import Signature
from agent.signing.paper import Paper
from agent.signing.said import FAILED, OK, UNCHECKED, Said
from agent.signing.stamps import beside as stamp_beside
from model import keys, signed_filing
from model.canonical import digest
from model.signed_filing import DRAFT, RECORD, SIGNED, SignedFiling
from model.statement import PAYLOAD, exact, pae
from model.trouble import Trouble


def statement_path(signed: Path) -> Path:
    """Where the statement of a signed paper is: PAPER.signed.pdf has PAPER.signed.dsse.json."""
    return signed.with_suffix(".dsse.json")


def statement(
    path: Path, held: Paper, found: Sequence[Signature], key: keys.Public | None, trust: Trust
) -> Iterator[Said]:
    """The statement beside the paper: by whom, over this paper, this draft and this filing; and its time stamp."""
    beside = statement_path(path)
    try:
        data = bytes_of(beside)
        kind, payload, keyid, signature = exact(data, str(beside))
        if kind != PAYLOAD:
            raise Trouble(str(beside), f"over another kind of payload ({kind[:60]!r})", "sign again")
        about, subjects = signed_filing.read(payload, str(beside))
    except FileNotFoundError:
        yield Said("statement", FAILED if key else UNCHECKED, f"no {beside.name} beside the paper")
        return
    except (Trouble, OSError) as fault:
        yield Said("statement", FAILED, str(fault))
        return
    yield _by(pae(kind, payload), keyid, signature, found, key)
    yield from _subjects(held, subjects)
    yield _fits(held, about, found)
    yield stamp_beside(beside, data, trust)


def _by(signed: bytes, keyid: str, signature: bytes, found: Sequence[Signature], key: keys.Public | None) -> Said:
    """By the key given, else by that of a signature in the paper."""
    if key is not None:
        good = keyid == keys.keyid(key) and keys.holds(key, signature, signed)
        return Said("statement", OK, f"key {keyid}") if good else Said("statement", FAILED, "not by this key")
    for one in found:
        with contextlib.suppress(ValueError):
            held = x509.load_der_x509_certificate(one.certificate)
            if keyid == person.keyid(held.public_key()) and person.holds(held.public_key(), signature, signed):
                return Said("statement", OK, f"by the key of {person.name_of(held.subject)}, who signed the paper")
    if keyid in {
        person.keyid(x509.load_der_x509_certificate(one.certificate).public_key()) for one in found if one.certificate
    }:
        return Said("statement", FAILED, "changed since it was signed")
    return Said(
        "statement", UNCHECKED, f"by another key than the paper's, and no --pub given; it names the key {keyid[:64]}"
    )


def _subjects(held: Paper, subjects: dict[str, str]) -> Iterator[Said]:
    """Paper, draft and filing against the digests signed. The draft is the beginning of the paper, up to an end of file."""
    before = {digest(one).removeprefix("sha256:") for one in _beginnings(held.data)}
    whole = digest(held.data).removeprefix("sha256:")
    signed, draft = subjects.get(SIGNED, ""), subjects.get(DRAFT, "")
    if signed == whole:
        yield Said(f"digest of {SIGNED}", OK)
    elif signed in before:
        yield Said(
            f"digest of {SIGNED}", OK, "the paper begins with it; what was added since is judged as `whole file`"
        )
    else:
        yield Said(f"digest of {SIGNED}", FAILED, "not what the statement speaks of")
    same = digest(held.attached) == f"sha256:{subjects.get(RECORD, '')}"
    yield Said(f"digest of {RECORD}", OK if same else FAILED, "" if same else "not what the statement speaks of")
    why = "the paper begins with it, unchanged" if draft in before else "the paper does not begin with it"
    yield Said(f"digest of {DRAFT}", OK if draft in before else FAILED, why)


def _beginnings(data: bytes) -> Iterator[bytes]:
    """The paper as it was before each addition."""
    at = data.find(b"%%EOF")
    while at >= 0:
        for end in (at + 5, at + 6, at + 7):
            yield data[:end]
        at = data.find(b"%%EOF", at + 5)


def _fits(held: Paper, about: SignedFiling, found: Sequence[Signature]) -> Said:
    """Whether what the statement tells of the filing and the signer is what the paper has."""
    record = held.record
    told = (about.form, about.entity, about.prepared_at, about.sample)
    if told != (record.form, record.entity.name, record.prepared_at, record.sample):
        return Said("statement's words", FAILED, "it speaks of another filing")
    if [(one.site, one.digest) for one in about.reports] != [(one.site.id, one.digest) for one in record.reports]:
        return Said("statement's words", FAILED, "it names other reports than the paper")
    if about.certificate not in {digest(one.certificate).removeprefix("sha256:") for one in found}:
        return Said("statement's words", FAILED, "its signer's certificate is in no signature of the paper")
    return Said("statement's words", OK, "they are the paper's")

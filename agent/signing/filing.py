"""A paper signed by a person: the PDF, the statement that goes with it, its time stamp; all of them on disk, or none."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives import serialization

from agent.signing import keys, person
from agent.signing.chain import Trust
from agent.signing.ink import inked, raw
from agent.signing.ink_checks import signatures
from agent.signing.paper import Paper, paper
from agent.signing.said import FAILED
from agent.signing.stamps import Authority, stamped
from agent.signing.stamps import path_of as stamp_path
from agent.signing.statement_checks import statement_path
from agent.signing.together import together
from model import signed_filing
from model.canonical import digest
from model.gate import refused as standing
from model.signed_filing import Quoted, SignedFiling
from model.statement import PAYLOAD, enveloped, pae
from model.times import written
from model.trouble import Trouble, UsageTrouble

REMEDY = "choose another -o: what is signed is never overwritten"


class Order(msgspec.Struct, frozen=True):
    """What is to be signed and how. `key`: signs the statement instead of the person's; `tsa`: "" for no time stamp; `line`: from 1.

    `trust`: with roots, the signer's certificate must lead to one; with lists, it must not be on one. `lasting`: the lists are kept in
    the paper, and must tell of everybody.
    """

    paper: Path
    output: Path | None
    at: datetime
    in_fips: str = ""
    key: keys.Private | None = None
    tsa: str = ""
    line: int = 1
    trust: Trust = Trust()
    lasting: bool = False


class Done(msgspec.Struct, frozen=True):
    """What was written, in order: paper, statement, and a time stamp if there is one; `seen`: the signature stands on its line."""

    files: tuple[Path, ...]
    seen: bool
    sample: bool
    holds: int


def output_of(order: Order) -> Path:
    """PAPER.signed.pdf beside the paper; a paper that is signed already becomes PAPER.signed-2.pdf. Trouble where it is there."""
    found = re.fullmatch(r"(.*)\.signed(?:-(\d+))?", order.paper.stem)
    name = f"{found[1]}.signed-{int(found[2] or 1) + 1}.pdf" if found else f"{order.paper.stem}.signed.pdf"
    out = order.output or order.paper.with_name(name)
    for one in (out, statement_path(out), stamp_path(statement_path(out))):
        if one.exists():
            raise UsageTrouble(str(one), "is there already", REMEDY)
    return out


def opened(path: Path) -> Paper:
    """The paper to sign, its earlier signatures whole; Trouble where it is none, or one of them does not hold."""
    try:
        held = paper(path.read_bytes(), str(path))
    except OSError as fault:
        raise UsageTrouble(
            str(path), f"cannot be read ({fault.strerror})", "name a PDF that `laydown attest` wrote"
        ) from None
    _whole(held, str(path), "was changed after it was signed", "sign the paper as it was")
    return held


def signed(held: Paper, order: Order, who: person.Person) -> Done:
    """Sign, check what came of it, write it. Trouble, and nothing written, where anything hinders."""
    out = output_of(order)
    if trouble := person.refused(who, order.in_fips, order.at):
        raise trouble
    _trusted(who, order)
    authority = Authority(order.tsa) if order.tsa else None
    lists = order.trust.crls if order.lasting else ()
    made = inked(held, str(order.paper), who, order.line, order.at, authority, lists)
    after = paper(made.data, str(out))
    if order.lasting:
        _lasts(after, order)
    _whole(
        after, str(out), "the signature that was made does not hold", "check the card, its certificate and the --tsa"
    )
    statement = _statement(held, made.data, order, who)
    files = {out: made.data, statement_path(out): statement}
    if order.tsa:
        files[stamp_path(statement_path(out))] = stamped(order.tsa, statement)
    together(files)
    return Done(tuple(files), made.seen, held.record.sample, len(standing(held.record.holds)))


def _whole(held: Paper, where: str, what: str, remedy: str) -> None:
    for one in signatures(held.reader, Trust()):
        for said in one.said:
            if said.state == FAILED:
                raise Trouble(where, f"{what} ({said.what}: {said.why})", remedy)


def _lasts(after: Paper, order: Order) -> None:
    """Signer and time stamp by the lists that the paper keeps, as somebody years later will judge them."""
    newest = list(signatures(after.reader, msgspec.structs.replace(order.trust, crls=())))[-1]
    if not newest.lasting:
        why = "; ".join(f"{one.what}: {one.why}" for one in newest.said[-2:])
        remedy = "add the lists (--crl) and authorities (--trust) of signer and time stamp, or leave --long-term out"
        raise Trouble(str(order.paper), f"the lists do not tell of everybody ({why})", remedy)


def _trusted(who: person.Person, order: Order) -> None:
    """The certificate against the authorities and lists given, before anything is signed with it."""
    from asn1crypto import x509

    from agent.signing.chain import judged

    if not order.trust.roots:
        return
    own = x509.Certificate.load(who.certificate.public_bytes(serialization.Encoding.DER))
    for said in judged(own, list(who.signer.cert_registry), order.trust, order.at):
        if said.state == FAILED:
            raise Trouble(
                f"{who.where}: {said.what}", said.why, "sign with a certificate that holds, or name its --trust"
            )


def _statement(held: Paper, data: bytes, order: Order, who: person.Person) -> bytes:
    """The envelope, signed by `--key` where one is given, else by the person's own."""
    own, record = who.certificate, held.record
    about = SignedFiling(
        form=record.form,
        entity=record.entity.name,
        prepared_at=record.prepared_at,
        sample=record.sample,
        reports=tuple(Quoted(one.site.id, one.digest) for one in record.reports),
        signer=own.subject.rfc4514_string(),
        issuer=own.issuer.rfc4514_string(),
        certificate=digest(own.public_bytes(serialization.Encoding.DER)).removeprefix("sha256:"),
        line=order.line,
        signed_at=written(order.at),
        stamped=bool(order.tsa),
    )
    payload = signed_filing.payload(held.data, data, held.attached, about)
    key: Any = own.public_key() if order.key is None else order.key.public_key()
    over = pae(PAYLOAD, payload)
    signature = raw(who, over) if order.key is None else keys.signed(order.key, over)
    return enveloped(payload, signature, person.keyid(key))

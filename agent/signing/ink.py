"""A person's signature put on a paper: PAdES, as an addition behind bytes that stay as they are. Nothing is ticked or claimed by it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import msgspec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers import constants as known
from pyhanko.sign.validation.dss import DocumentSecurityStore

from agent.signing import fields
from agent.signing.appearance import style
from agent.signing.broken import BROKEN
from agent.signing.paper import Paper
from agent.signing.person import Person, digest_of, name_of
from agent.signing.places import backwards, places
from agent.signing.stamps import Authority
from model.trouble import Trouble, UsageTrouble

RESERVED = 64 * 1024  # hex digits kept free for the signature, its certificates and its time stamp


class Inked(msgspec.Struct, frozen=True):
    """The signed paper; `seen`: whether the signature stands on its line, or is there without being seen."""

    data: bytes
    seen: bool


class _Writer(IncrementalPdfFileWriter):
    """Leaves the draft's own metadata alone: rewritten, it would no longer be what PDF/A was checked with."""

    def _update_meta(self) -> None:
        pass


class _Signer(PdfSigner):
    """Declares no more than PAdES needs: the extensions of PDF 2.0 would end PDF/A-3, which is of PDF 1.7."""

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        pdf_out.register_extension(known.ESIC_EXTENSION_1)


def inked(
    paper: Paper,
    where: str,
    person: Person,
    line: int,
    at: datetime,
    authority: Authority | None,
    lists: Sequence[Any] = (),
) -> Inked:
    """`paper` with the person's signature on its line, from 1; time-stamped where an authority is given. Trouble naming what hinders.

    `lists`: of revoked certificates, to be kept in the paper under the same signature.
    """
    if not 1 <= line <= len(paper.roles):
        listed = "; ".join(f"{number} {role!r}" for number, role in enumerate(paper.roles, 1)) or "none"
        raise UsageTrouble(f"--line {line}", f"no such line (there: {listed})", "choose one of them")
    if fields.filled(paper.reader).get(fields.named(line)):
        raise Trouble(where, f"line {line} ({paper.roles[line - 1]!r}) is signed already", "choose another --line")
    try:
        writer = _Writer(BytesIO(paper.data))
        if not fields.filled(paper.reader):
            fields.add(writer, paper.roles, places(backwards(paper.reader), len(paper.roles)))
        if lists:
            DocumentSecurityStore.supply_dss_in_writer(writer, None, crls=list(lists))
        box = _box(writer, line)
        key = person.certificate.public_key()
        about = PdfSignatureMetadata(fields.named(line), digest_of(key), subfilter=SigSeedSubFilter.PADES)
        signer = _Signer(about, person.signer, timestamper=authority, stamp_style=style(_words(person, at), *box))
        done = signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=RESERVED)
        return Inked(asyncio.run(done).getvalue(), bool(box[0]))
    except BROKEN as fault:
        said = " ".join(f"{type(fault).__name__} {fault}".split())[:160]
        raise Trouble(where, f"cannot be signed ({said})", "draft it again; nothing was written") from None


def _box(writer: Any, line: int) -> tuple[float, float]:
    """Width and height of the line's field."""
    (field,) = [ref.get_object() for name, _, ref in enumerate_sig_fields(writer) if name == fields.named(line)]
    left, foot, right, head = (float(number) for number in field["/Rect"])
    return right - left, head - foot


def _words(person: Person, at: datetime) -> list[str]:
    held = person.certificate
    return [name_of(held.subject), f"{at:%Y-%m-%d %H:%M:%S} UTC by own clock", f"certified by {name_of(held.issuer)}"]


def raw(person: Person, data: bytes) -> bytes:
    """The person's signature over plain bytes, for a statement."""
    key = person.certificate.public_key()
    made: bytes = asyncio.run(person.signer.async_sign_raw(data, digest_of(key)))
    return made

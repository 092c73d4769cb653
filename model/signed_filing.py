"""What a person's signature on a paper is said to be over: subjects and predicate of the statement that goes with it."""

import msgspec

from model.canonical import digest
from model.filing_record import FilingRecord
from model.statement import FILING, Statement, Subject, payload_of, statement_of
from model.trouble import Trouble

DRAFT, SIGNED, RECORD = (
    "paper.pdf",
    "paper.signed.pdf",
    "filing.json",
)  # names in the statement, whatever the files are called


class Quoted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report that the paper was drafted from. `digest`: of its report.json."""

    site: str
    digest: str


class SignedFiling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The predicate. `signer`, `issuer`: names in the certificate; `certificate`: its sha256 in hex; `line`: which signature line, from 1.

    `signed_at`: the signing computer's clock, and no proof; `stamped`: whether an authority's time stamp is in the signature.
    """

    form: str
    entity: str
    prepared_at: str
    sample: bool
    reports: tuple[Quoted, ...]
    signer: str
    issuer: str
    certificate: str
    line: int
    signed_at: str
    stamped: bool


def payload(draft: bytes, signed: bytes, record: bytes, about: SignedFiling) -> bytes:
    """The statement over the paper before and after, and the filing inside it."""
    held = ((DRAFT, draft), (SIGNED, signed), (RECORD, record))
    subjects = tuple(Subject(name, {"sha256": digest(data).removeprefix("sha256:")}) for name, data in held)
    return payload_of(Statement(subjects, msgspec.to_builtins(about), predicate_type=FILING))


def read(data: bytes, where: str) -> tuple[SignedFiling, dict[str, str]]:
    """(predicate, {subject: sha256 in hex}); Trouble where the payload is no such statement."""
    found = statement_of(data, where, FILING)
    try:
        about = msgspec.convert(found.predicate, SignedFiling)
    except msgspec.ValidationError as fault:
        raise Trouble(where, f"not about a signed paper ({fault})", "find the file as it was signed") from None
    return about, {one.name: one.digest.get("sha256", "") for one in found.subject}


def record_of(data: bytes, where: str) -> FilingRecord:
    """The filing that a paper carries; Trouble where it is none."""
    try:
        return msgspec.json.decode(data, type=FilingRecord)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise Trouble(where, f"its filing.json cannot be read ({fault})", "draft the paper again") from None

"""A drafted PDF as bytes: opened, its filing taken out, what it lacks to be signed said in one line."""

from io import BytesIO
from typing import Any

import msgspec
from pyhanko.pdf_utils.reader import PdfFileReader

from agent.signing.broken import BROKEN
from model.document import Signature
from model.filing_record import FilingRecord
from model.signed_filing import record_of
from model.trouble import Trouble

ATTACHED = "filing.json"


class Paper(msgspec.Struct, frozen=True):
    """`record`: the filing as data, out of the bytes `attached`; `reader`: pyHanko's, over `data`."""

    data: bytes
    reader: Any
    attached: bytes
    record: FilingRecord

    @property
    def roles(self) -> list[str]:
        """Whose lines it has, in order: the words over each."""
        return [block.role for block in self.record.blocks if isinstance(block, Signature)]


def paper(data: bytes, where: str) -> Paper:
    """The paper of these bytes; Trouble where it is no PDF, is encrypted, damaged, or none of this program's."""
    if not data.startswith(b"%PDF-"):
        raise Trouble(where, "no PDF", "name the .pdf that `laydown attest` wrote")
    try:
        reader = PdfFileReader(BytesIO(data))
        locked = reader.encrypted
    except BROKEN as fault:
        raise _damaged(fault, where) from None
    if locked:
        raise Trouble(where, "an encrypted PDF", "use the one that `laydown attest` wrote; lock a copy after signing")
    try:
        attached = _attached(reader)
    except BROKEN as fault:
        raise _damaged(fault, where) from None
    if attached is None:
        raise Trouble(
            where, "carries no filing.json, so it is no paper of this program", "draft it with `laydown attest -f pdf`"
        )
    return Paper(data, reader, attached, record_of(attached, where))


def _damaged(fault: Exception, where: str) -> Trouble:
    said = " ".join(f"{type(fault).__name__} {fault}".split())[:120]
    return Trouble(where, f"a damaged PDF ({said})", "draft it again, or ask its sender for it")


def _attached(reader: Any) -> bytes | None:
    """The bytes of the associated file filing.json."""
    for held in reader.root.get("/AF", ()):
        told = held.get_object()
        if str(told.get("/UF", told.get("/F", ""))) == ATTACHED:
            data: bytes = told["/EF"]["/F"].data
            return data
    return None

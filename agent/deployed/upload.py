"""Sending a parcel: asked for where it stopped, sent piece by piece, kept until the signed receipt for these very bytes is here."""

from pathlib import Path

import msgspec

from agent.deployed.home import Collector, handed, whole
from agent.deployed.light import Form, begun, light
from agent.deployed.line import Answer, Away, Line, Refused
from agent.deployed.outbox import Outbox, Waiting
from agent.deployed.patience import patiently
from model.parcel import PIECE
from model.receipt import Receipt, Upload
from model.trouble import Trouble

UNKNOWN, ELSEWHERE = 401, 409  # it is the agent that is not let in; another piece is wanted
ROUNDS = 10  # of offsets that disagree, before the turn gives up
RECEIPTS = "receipts"  # folder beside the report


def sent(outbox: Outbox, to: Collector, line: Line, parcel: Waiting) -> Receipt | None:
    """The receipt of a parcel; None where the collector will never take it: then it is set aside. Away: not now."""
    path = outbox.path(parcel.digest)
    if not path.exists():
        outbox.aside(parcel.digest, f"its file is gone: push {parcel.folder} again")
        return None
    try:
        name, data = _taken(outbox, line, parcel, Form(parcel.digest, parcel.size, path))
    except Refused as fault:
        if not fault.final or fault.status == UNKNOWN:
            raise
        outbox.aside(parcel.digest, f"{fault.code}: {fault.what}: {fault.remedy}")
        return None
    return kept(outbox, to, parcel, data, name)


def _taken(outbox: Outbox, line: Line, parcel: Waiting, whole: Form) -> tuple[str, bytes]:
    """(digest of what was sent, the receipt for it). What was begun whole goes on whole; else the pack stays here if it is there."""
    found = _state(line, whole)
    form = light(outbox, line, parcel) if found.receipt is None and not found.offset else None
    if form is not None:
        try:
            return form.digest, _receipt(line, form, _state(line, form))
        except _Lacking:
            form.path.unlink(missing_ok=True)
    return whole.digest, _receipt(line, whole, found)


def kept(outbox: Outbox, to: Collector, parcel: Waiting, data: bytes, sent: str = "") -> Receipt:
    """The receipt, checked and kept in the spool and beside the report; only then does the parcel go. `sent`: as in `receipted`."""
    receipt = outbox.receipted(parcel.digest, data, to.key, to.agent, to.organisation, sent)
    folder = Path(parcel.folder)
    if (folder / "report.json").exists():
        try:
            if not (folder / RECEIPTS).is_dir():
                (folder / RECEIPTS).mkdir()
                handed(folder / RECEIPTS)
            whole(folder / RECEIPTS / f"{to.organisation}-{receipt.number}.json", data)
        except (OSError, Trouble):
            pass  # the spool has it, and a folder that others own is no reason to send again
    return receipt


def taken(outbox: Outbox, to: Collector, line: Line) -> int:
    """Fetch the receipts of what the collector has already; how many."""
    count = 0
    for parcel in outbox.of(to.organisation):
        whole = Form(parcel.digest, parcel.size, outbox.path(parcel.digest))
        for form in (whole, begun(outbox, parcel)):
            if form is not None and (found := _state(line, form)).receipt is not None:
                kept(outbox, to, parcel, msgspec.json.encode(found.receipt), form.digest)
                count += 1
                break
    return count


def _place(form: Form) -> str:
    return f"/api/v1/uploads/{form.digest.removeprefix('sha256:')}"


def _state(line: Line, form: Form) -> Upload:
    return patiently(lambda: _upload(line, "GET", _place(form)))


def _receipt(line: Line, form: Form, found: Upload) -> bytes:
    """The receipt for what is sent. `found`: how far it is there."""
    with form.path.open("rb") as file:
        for _ in range(ROUNDS):
            try:
                while found.receipt is None:
                    found = _piece(line, form, file.seek(found.offset), file.read(PIECE))
                return msgspec.json.encode(found.receipt)
            except _Elsewhere:
                found = _state(line, form)
    raise Away(_place(form), "the collector and this agent disagree about how much is there")


class _Elsewhere(Exception):
    """The next piece is another one: what the last was is asked again."""


class _Lacking(Exception):
    """The pack that was left out is not there any more."""


def _piece(line: Line, form: Form, offset: int, data: bytes) -> Upload:
    if not data:  # all is there, and no receipt came
        raise _Elsewhere
    asked = f"{_place(form)}?offset={offset}&size={form.size}"
    try:
        found = patiently(lambda: _upload(line, "PATCH", asked, data))
    except Refused as fault:
        if fault.status == ELSEWHERE and fault.code == "pack":
            raise _Lacking from None
        if fault.status == ELSEWHERE and not fault.final:
            raise _Elsewhere from None
        raise
    if found.receipt is None and found.offset <= offset:
        raise _Elsewhere
    return found


def _upload(line: Line, method: str, path: str, body: bytes = b"") -> Upload:
    answer: Answer = line.ask(method, path, body)
    return answer.of(Upload, path)

"""Sending a parcel: asked for where it stopped, sent piece by piece, kept until the signed receipt for these very bytes is here."""

from pathlib import Path

import msgspec

from agent.deployed.home import Collector, handed, whole
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
        data = _receipt(line, parcel, path)
    except Refused as fault:
        if not fault.final or fault.status == UNKNOWN:
            raise
        outbox.aside(parcel.digest, f"{fault.code}: {fault.what}: {fault.remedy}")
        return None
    return kept(outbox, to, parcel, data)


def kept(outbox: Outbox, to: Collector, parcel: Waiting, data: bytes) -> Receipt:
    """The receipt, checked and kept in the spool and beside the report; only then does the parcel go."""
    receipt = outbox.receipted(parcel.digest, data, to.key, to.agent, to.organisation)
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
        path = f"/api/v1/uploads/{parcel.digest.removeprefix('sha256:')}"
        found = patiently(lambda path=path: _upload(line, "GET", path))  # type: ignore[misc]
        if found.receipt is not None:
            kept(outbox, to, parcel, msgspec.json.encode(found.receipt))
            count += 1
    return count


def _receipt(line: Line, parcel: Waiting, path: Path) -> bytes:
    place = f"/api/v1/uploads/{parcel.digest.removeprefix('sha256:')}"
    with path.open("rb") as file:
        for _ in range(ROUNDS):
            found = patiently(lambda: _upload(line, "GET", place))
            try:
                while found.receipt is None:
                    found = _piece(line, place, parcel, file.seek(found.offset), file.read(PIECE))
            except _Elsewhere:
                continue
            return msgspec.json.encode(found.receipt)
    raise Away(place, "the collector and this agent disagree about how much is there")


class _Elsewhere(Exception):
    """The next piece is another one: what the last was is asked again."""


def _piece(line: Line, place: str, parcel: Waiting, offset: int, data: bytes) -> Upload:
    if not data:  # all is there, and no receipt came
        raise _Elsewhere
    asked = f"{place}?offset={offset}&size={parcel.size}"
    try:
        found = patiently(lambda: _upload(line, "PATCH", asked, data))
    except Refused as fault:
        if fault.status == ELSEWHERE and not fault.final:
            raise _Elsewhere from None
        raise
    if found.receipt is None and found.offset <= offset:
        raise _Elsewhere
    return found


def _upload(line: Line, method: str, path: str, body: bytes = b"") -> Upload:
    answer: Answer = line.ask(method, path, body)
    return answer.of(Upload, path)

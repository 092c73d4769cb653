"""Parcels out of files, for sites without a line: verified as if they had been sent; the statement says whose they are."""

from pathlib import Path

import msgspec

from collector.clock import now
from collector.intake.agents import Caller, row_of
from collector.intake.commits import Commits, known, signed
from collector.intake.desk import arrived, sender
from collector.intake.frame import opened
from collector.intake.packs import Packs
from collector.intake.verify import verified
from collector.people.programs import written
from collector.place import Place
from collector.refused import Refused
from collector.rows.writer import Writer
from model.canonical import digest
from model.parcel import STATEMENT, UNPACKED, about_of
from model.receipt import Receipt
from model.statement import opened as envelope
from model.trouble import Trouble

ENDING = ".receipt.json"


def taken(place: Place, path: Path) -> tuple[int, Path]:
    """(the receipt's number, its file) of a parcel that was taken; Trouble naming the file where it was not."""
    try:
        if path.stat().st_size > UNPACKED:
            raise Trouble(str(path), "too large for a parcel", "see docs/protocol.md")
        data = path.read_bytes()
        payload = _receipt(place, data)
    except OSError as fault:
        raise Trouble(str(path), f"cannot be read ({fault.strerror})", "name a readable file") from None
    except Refused as no:
        raise Trouble(str(path), no.said.what, no.said.remedy) from None
    there = path.with_name(path.name + ENDING)
    written(there, msgspec.json.encode(signed(place, payload)).decode() + "\n")
    Writer(place).drained()
    return msgspec.json.decode(payload, type=Receipt).number, there


def _receipt(place: Place, data: bytes) -> bytes:
    who = _whose(place, data)
    name = digest(data)
    with place.store.tenant(who.organisation) as tx:
        done = known(tx, who.organisation, [name])
    if name in done:
        return done[name]
    held = verified(data, sender(who), now())
    if held.lacks:
        Packs(place).checked(who.organisation, held.lacks)
    commits = Commits(place)
    try:
        return commits.submit(arrived(place, who, name, data, held)).result(60)
    finally:
        commits.close()


def _whose(place: Place, data: bytes) -> Caller:
    """The agent that the statement names: believed once the signature holds, and not before."""
    members = opened(data)
    about, _ = about_of(envelope(members[STATEMENT], STATEMENT)[1], STATEMENT)
    row = row_of(place, "id", about.agent)
    if row is None:
        raise Trouble("statement", "is of no agent that is enrolled here", "enrol it, or take the file where it is")
    if row.revoked_at:
        raise Trouble("statement", "is of an agent that was revoked", "enrol it again with a new token")
    return Caller.of(place, row)

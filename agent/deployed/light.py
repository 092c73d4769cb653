"""A whole report's parcel without its pack, for a collector that has the pack: the same statement still names it by digest."""

import hashlib
from pathlib import Path
from uuid import uuid4

import msgspec

from agent.deployed.line import Line, Refused
from agent.deployed.outbox import Outbox, Waiting
from agent.deployed.parcel import about_file, lightened
from agent.deployed.patience import patiently
from model.parcel import PACK
from model.trouble import Trouble

LARGEST = 16 << 20  # bytes: of a larger parcel the pack is so small a part that it is not packed again for that
STRANGE = (404, 405)  # it has not the pack, or it is an older collector, which knows no such question


class Form(msgspec.Struct, frozen=True):
    """What is sent of a parcel: the digest and size of the bytes in the file `path`."""

    digest: str
    size: int
    path: Path


def light(outbox: Outbox, line: Line, parcel: Waiting) -> Form | None:
    """The parcel without its pack, beside the whole one, which stays; None where it must be sent whole."""
    if parcel.release != "full" or parcel.size > LARGEST:
        return None
    _, digests = about_file(outbox.path(parcel.digest))
    return _made(outbox, parcel) if _held(line, digests[PACK]) else None


def begun(outbox: Outbox, parcel: Waiting) -> Form | None:
    """The one that was made before, if it is there."""
    path = outbox.light(parcel.digest)
    try:
        with path.open("rb") as file:
            name = hashlib.file_digest(file, "sha256").hexdigest()
        return Form(f"sha256:{name}", path.stat().st_size, path)
    except OSError:
        return None


def _held(line: Line, sha: str) -> bool:
    try:
        patiently(lambda: line.ask("GET", f"/api/v1/packs/{sha}/held"))
    except Refused as fault:
        if fault.status not in STRANGE:
            raise
        return False
    return True


def _made(outbox: Outbox, parcel: Waiting) -> Form | None:
    if (found := begun(outbox, parcel)) is not None:
        return found
    path = outbox.light(parcel.digest)
    half = path.with_name(f"{uuid4().hex}.part")
    try:
        name, size = lightened(outbox.path(parcel.digest), half)
        half.replace(path)
    except (OSError, Trouble):  # the disk is full: the whole one is on it already, and leaves room once it is sent
        half.unlink(missing_ok=True)
        return None
    return Form(name, size, path)

"""SMB2 NEGOTIATE and its answer ([MS-SMB2] 2.2.3, 2.2.4): dialect, server id, signing, times. Pure, bounded."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from agent.decode.say import said
from model.claims import Fact

DIALECTS = {0x0202: "2.0.2", 0x0210: "2.1", 0x0300: "3.0", 0x0302: "3.0.2", 0x0311: "3.1.1", 0x02FF: "2.x"}
# 3.1.1 is not offered: it would need negotiate contexts with random salt, and says nothing more about who is there.
OFFERED = (0x0202, 0x0210, 0x0300, 0x0302)
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)  # [MS-DTYP] FILETIME: 100 ns since then


class Negotiated(msgspec.Struct, frozen=True):
    """`dialect`: its number; `guid`: the server's, 16 octets; `boot`: FILETIME, 0 where the server does not say."""

    dialect: int
    signing: int
    guid: bytes
    boot: int


def question() -> bytes:
    """A NEGOTIATE request alone, behind its length as direct TCP wants it. Client id: zeros, we are nobody."""
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQII", 64, 0, 0, 0, 1, 0, 0, 0, 0, 0) + b"\0" * 8 + b"\0" * 16
    body = struct.pack("<HHHHI16sQ", 36, len(OFFERED), 1, 0, 0, b"", 0)
    body += b"".join(dialect.to_bytes(2, "little") for dialect in OFFERED)
    return (len(header) + len(body)).to_bytes(4, "big") + header + body


def read(data: bytes) -> Negotiated:
    """The answer of `data`, its four bytes of length before it; ValueError for anything else."""
    if len(data) < 4 + 64 + 64 or data[0] or data[4:8] != b"\xfeSMB":
        raise ValueError("no SMB2 message")
    status, command = struct.unpack_from("<IH", data, 4 + 8)
    size, signing, dialect = struct.unpack_from("<HHH", data, 4 + 64)
    if status or command or size != 65:
        raise ValueError("no NEGOTIATE answer")
    boot = struct.unpack_from("<Q", data, 4 + 64 + 48)[0]
    return Negotiated(dialect, signing, data[4 + 64 + 8 : 4 + 64 + 24], boot)


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`smb.dialect`, `smb.server_guid`, `smb.signing`, `smb.boot_time` (UTC, where said). Nothing from rubbish."""
    try:
        found = read(payload)
    except ValueError:
        return
    yield from said(evidence, about, "smb.dialect", DIALECTS.get(found.dialect, f"{found.dialect:#06x}"))
    if any(found.guid):
        yield from said(evidence, about, "smb.server_guid", _guid(found.guid))
    yield from said(evidence, about, "smb.signing", "required" if found.signing & 2 else "enabled")
    yield from said(evidence, about, "smb.boot_time", _time(found.boot))


def _guid(raw: bytes) -> str:
    """[MS-DTYP] 2.3.4: the first three parts are written with their lowest byte first."""
    parts = (raw[3::-1], raw[5:3:-1], raw[7:5:-1], raw[8:10], raw[10:16])
    return "-".join(part.hex() for part in parts)


def _time(ticks: int) -> str:
    if not ticks:
        return ""
    try:
        return (_EPOCH + timedelta(microseconds=ticks // 10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return ""

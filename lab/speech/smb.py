"""Answers an SMB2 NEGOTIATE and hangs up on everything else: who asks for a session is told nothing ([MS-SMB2] 2.2.4)."""

import asyncio
import struct
from uuid import NAMESPACE_OID, uuid5

from lab.speech.setting import Setting

PATIENCE, LONGEST, MARK = 10.0, 4096, b"\xfeSMB"
DIALECT, SIGNING = 0x0302, 1


async def serve(setting: Setting, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request, one answer; then silence until the asker leaves."""
    size = int.from_bytes(await asyncio.wait_for(reader.readexactly(4), PATIENCE), "big")
    asked = await asyncio.wait_for(reader.readexactly(min(size, LONGEST)), PATIENCE)
    command = struct.unpack_from("<H", asked, 12)[0] if asked[:4] == MARK and len(asked) >= 64 else -1
    setting.note(f"SMB2 command {command}")
    if command == 0:
        writer.write(_answer(uuid5(NAMESPACE_OID, setting.device.mac).bytes_le))
        await writer.drain()
        while heard := await asyncio.wait_for(reader.read(LONGEST), PATIENCE):
            setting.note(f"SMB2 {len(heard)} bytes more")


def _answer(guid: bytes) -> bytes:
    head = MARK + struct.pack("<HHIHHIIQII", 64, 0, 0, 0, 1, 1, 0, 0, 0, 0) + b"\0" * 24
    body = (
        struct.pack("<HHHH16sIIIIQQHHI", 65, SIGNING, DIALECT, 0, guid, 1, 65536, 65536, 65536, 0, 0, 128, 0, 0) + b"\0"
    )
    return struct.pack(">I", len(head + body)) + head + body

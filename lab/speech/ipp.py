"""Answers IPP's Get-Printer-Attributes; any other operation is written to the log and refused (RFC 8010, RFC 8011)."""

import asyncio
import re
import struct

from lab.speech.setting import Setting

PATIENCE, LONGEST = 10.0, 65_536
ATTRIBUTES, OK, REFUSED = 0x000B, 0x0000, 0x0501
_LENGTH = re.compile(rb"(?i)\r\ncontent-length:\s*(\d{1,6})\r\n")


async def serve(setting: Setting, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """`answer` of the port holds lines `server: ...` and `printer-...: value`."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    size = _LENGTH.search(head)
    body = await asyncio.wait_for(reader.readexactly(min(int(size[1]) if size else 0, LONGEST)), PATIENCE)
    operation = int.from_bytes(body[2:4], "big")
    setting.note(f"{head.split(b' HTTP/')[0].decode('latin-1')[:100]} operation {operation:#06x}")
    lines = (line.partition(":") for line in setting.filled(setting.port.answer).strip().splitlines())
    own = {name.strip(): value.strip() for name, _, value in lines}
    said = _answer(body[4:8], own if operation == ATTRIBUTES else None)
    http = f"HTTP/1.1 200 OK\r\nServer: {own.get('server', 'IPP')}\r\nContent-Type: application/ipp\r\n"
    writer.write(f"{http}Content-Length: {len(said)}\r\nConnection: close\r\n\r\n".encode() + said)
    await writer.drain()


def _answer(number: bytes, own: dict[str, str] | None) -> bytes:
    out = struct.pack(">BBH", 1, 1, REFUSED if own is None else OK) + number + b"\x01"
    out += _attribute(0x47, "attributes-charset", "utf-8") + _attribute(0x48, "attributes-natural-language", "en")
    told = {name: value for name, value in (own or {}).items() if name.startswith("printer-")}
    return out + (b"\x04" if told else b"") + b"".join(_attribute(0x41, *item) for item in told.items()) + b"\x03"


def _attribute(tag: int, name: str, value: str) -> bytes:
    return bytes((tag,)) + b"".join(struct.pack(">H", len(x.encode())) + x.encode() for x in (name, value))

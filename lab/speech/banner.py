"""Says its text once, then listens in silence and hangs up: SSH identifications, FTP and Telnet greetings."""

import asyncio

from lab.speech.setting import Setting

PATIENCE = 10.0


async def serve(setting: Setting, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """`answer` goes out as Latin-1, so that Telnet's option bytes can be written as `\\u00ff` in a device file."""
    writer.write(setting.filled(setting.port.answer).encode("latin-1"))
    await writer.drain()
    while heard := await asyncio.wait_for(reader.read(4096), PATIENCE):
        setting.note(f"heard {len(heard)} bytes")

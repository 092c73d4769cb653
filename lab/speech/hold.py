"""Takes a connection and says nothing: printer and control ports that nobody may touch. The log tells who did."""

import asyncio

from lab.speech.setting import Setting

PATIENCE = 10.0


async def serve(setting: Setting, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Counts what arrives; `writer` is never used."""
    while heard := await asyncio.wait_for(reader.read(4096), PATIENCE):
        setting.note(f"heard {len(heard)} bytes")

"""Sends its text one byte a second: a hostile port that tries to keep a scanner waiting."""

import asyncio

from lab.speech.setting import Setting


async def serve(setting: Setting, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """`answer`, byte by byte."""
    for byte in setting.filled(setting.port.answer).encode("latin-1"):
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(1.0)

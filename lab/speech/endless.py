"""Never stops talking: a hostile port that sends until the other side hangs up or a bound is reached."""

import asyncio

from lab.speech.setting import Setting

MOST_CHUNKS, PAUSE = 2_000, 0.005


async def serve(setting: Setting, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends `answer` again and again, at most 2,000 times (about ten seconds)."""
    chunk = setting.filled(setting.port.answer).encode("latin-1")
    for _ in range(MOST_CHUNKS):
        writer.write(chunk)
        await writer.drain()
        await asyncio.sleep(PAUSE)

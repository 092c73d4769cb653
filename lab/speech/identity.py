"""A controller that answers exactly one question and writes every other one to the log: nobody may ask it more.

`answer` of the port holds lines `HEX of the question > HEX of the answer`; `..` in a question is any byte.
"""

import asyncio
import re
from collections.abc import Callable

from lab.speech.setting import Setting

PATIENCE, LONGEST = 10.0, 1500


def answers(setting: Setting) -> Callable[[bytes], bytes | None]:
    """Over UDP."""
    known = _known(setting.port.answer)
    return lambda asked: _reply(setting, asked, known)


async def serve(setting: Setting, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Over TCP: each piece that arrives is one question."""
    known = _known(setting.port.answer)
    while asked := await asyncio.wait_for(reader.read(LONGEST), PATIENCE):
        said = _reply(setting, asked, known)
        if said is None:
            return
        writer.write(said)
        await writer.drain()


def _known(told: str) -> list[tuple[re.Pattern[str], bytes]]:
    pairs = (line.partition(">") for line in told.strip().splitlines())
    return [(re.compile(asked.strip()), bytes.fromhex(said.strip())) for asked, _, said in pairs]


def _reply(setting: Setting, asked: bytes, known: list[tuple[re.Pattern[str], bytes]]) -> bytes | None:
    said = next((said for pattern, said in known if pattern.fullmatch(asked.hex())), None)
    setting.note("identity question" if said else f"FORBIDDEN question {asked[:40].hex()}")
    return said

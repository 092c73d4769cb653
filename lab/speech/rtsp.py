"""Answers RTSP requests: OPTIONS with the `OPTIONS` page, everything else with the `*` page, CSeq echoed (RFC 2326)."""

import asyncio
from http import HTTPStatus

from lab.nouns import Page
from lab.speech.http import chosen
from lab.speech.setting import Setting

PATIENCE, MOST = 10.0, 8
OPTIONS = Page(
    source="RFC 2326 10.1",
    path="OPTIONS",
    headers=(("Public", "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"),),
)


async def serve(setting: Setting, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A few requests on one connection, each answered in turn."""
    for _ in range(MOST):
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode("latin-1")
        method = head.split(" ", 1)[0]
        setting.note(f"RTSP {method}"[:200])
        page = chosen((OPTIONS, *setting.port.page), method)
        lines = [f"RTSP/1.0 {page.status} {HTTPStatus(page.status).phrase}", f"CSeq: {_sequence(head)}"]
        lines += [f"{name}: {setting.filled(value)}" for name, value in page.headers]
        writer.write("\r\n".join((*lines, "", "")).encode())
        await writer.drain()


def _sequence(head: str) -> str:
    lines = (line.partition(":") for line in head.split("\r\n"))
    return next((value.strip() for name, _, value in lines if name.strip().lower() == "cseq"), "0")

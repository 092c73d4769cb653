"""Answers HTTP requests with the pages of a device file, one request a connection."""

import asyncio
from http import HTTPStatus

from lab.nouns import Page
from lab.speech.setting import Setting

PATIENCE, LONGEST = 10.0, 16_384
MISSING = Page(source="RFC 9110 15.5.5", status=404, body="")


async def serve(setting: Setting, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reads one request's head, sends the page of its path (`*` if none, else 404), closes."""
    line = await _request_line(reader)
    method, _, rest = line.partition(" ")
    path = rest.partition(" ")[0]
    setting.note(f"{method} {path}"[:200])
    page = chosen(setting.port.page, path)
    body = setting.filled(page.body).encode()
    head = f"HTTP/1.1 {page.status} {HTTPStatus(page.status).phrase}\r\n" + _headers(setting, page)
    head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + (b"" if method == "HEAD" else body))
    await writer.drain()


async def _request_line(reader: asyncio.StreamReader) -> str:
    first = await asyncio.wait_for(reader.readline(), PATIENCE)
    size = len(first)
    while size < LONGEST and (line := await asyncio.wait_for(reader.readline(), PATIENCE)).strip():
        size += len(line)
    return first.decode("latin-1").strip()


def chosen(pages: tuple[Page, ...], path: str) -> Page:
    """The page for a path: its own, the one for every path, or 404."""
    by_path = {page.path: page for page in pages}
    return by_path.get(path) or by_path.get("*") or MISSING


def _headers(setting: Setting, page: Page) -> str:
    return "".join(f"{name}: {setting.filled(value)}\r\n" for name, value in page.headers)

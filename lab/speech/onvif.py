"""A camera's web server: pages as `http` gives them, and ONVIF's device service answered call by call."""

import asyncio
import re
from http import HTTPStatus

from lab.nouns import Page
from lab.speech.http import LONGEST, PATIENCE, chosen
from lab.speech.setting import Setting

SERVICE = "/onvif/device_service"
_CALL = re.compile(rb"<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w{1,60})")
_LENGTH = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*(\d{1,5})\r?$")
_ENVELOPE = '<?xml version="1.0" encoding="UTF-8"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope">{}</env:Envelope>'
# ONVIF Core, 5.11.2: what needs a login and comes without is answered with this fault.
UNAUTHORIZED = Page(
    source="ONVIF Core, access classes: ter:NotAuthorized",
    status=400,
    body="<env:Body><env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>ter:NotAuthorized"
    "</env:Value></env:Subcode></env:Code></env:Fault></env:Body>",
)


async def serve(setting: Setting, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A page `/onvif/device_service#CALL` holds the body of the answer to that call; other calls are not authorized."""
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE))[:LONGEST]
    method, path = (*head.decode("latin-1").split(" ", 2), "", "")[:2]
    found = chosen(setting.port.page, path)
    if method == "POST" and path == SERVICE:
        path = f"{SERVICE}#{await _call(head, reader)}"
        found = _soap(next((page for page in setting.port.page if page.path == path), UNAUTHORIZED))
    setting.note(f"{method} {path}"[:200])
    body = setting.filled(found.body).encode()
    lines = [f"HTTP/1.1 {found.status} {HTTPStatus(found.status).phrase}"]
    lines += [f"{name}: {setting.filled(value)}" for name, value in found.headers]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    writer.write("\r\n".join(lines).encode() + (b"" if method == "HEAD" else body))
    await writer.drain()


async def _call(head: bytes, reader: asyncio.StreamReader) -> str:
    length = _LENGTH.search(head)
    body = await asyncio.wait_for(reader.readexactly(int(length[1]) if length else 0), PATIENCE)
    found = _CALL.search(body)
    return found[1].decode() if found else ""


def _soap(page: Page) -> Page:
    headers = (("Content-Type", "application/soap+xml; charset=utf-8"),)
    return Page(page.source, page.path, page.status, headers, _ENVELOPE.format(page.body))

"""HTTP: what a server says of itself in the head of an answer. Its side alone: no path, page or cookie."""

from collections.abc import Iterator

from agent.decode.ether import Frame
from agent.decode.http import message
from agent.decode.say import said
from model.claims import Fact

TITLE = "headers of HTTP servers"
PORTS = (80, 81, 8000, 8080)
WHERE = tuple(f"tcp/{port}" for port in PORTS)
TRAFFIC = True
KEYS = {"server": "http_header.server", "www-authenticate": "http_header.wwwauth"}


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """`http_header.server` and `http_header.wwwauth` about the server."""
    head = frame.payload
    found = message(head) if frame.ports and frame.ports[0] in PORTS and head.startswith(b"HTTP/") else None
    for name, value in found.headers if found else ():
        if name in KEYS and frame.speaker:
            yield from said(evidence, frame.speaker, KEYS[name], value)

"""Messages between the program and its wire process: one JSON line, then as many raw bytes as its `size` says."""

import json
from typing import Any, BinaryIO

LONGEST = 8 * 1024 * 1024  # bytes of one header line or one body: 65,536 addresses as spans stay far below

Message = dict[str, Any]


def send(pipe: BinaryIO, header: Message, body: bytes = b"") -> None:
    """Write one message and flush it. OSError if the other side is gone."""
    if body:
        header = {**header, "size": len(body)}
    pipe.write(json.dumps(header, separators=(",", ":")).encode() + b"\n" + body)
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[Message, bytes] | None:
    """The next message, None at the end of the pipe; ValueError for anything that is no message."""
    line = pipe.readline(LONGEST)
    if not line:
        return None
    header = json.loads(line)
    if not isinstance(header, dict):
        raise ValueError("a message is an object")
    size = header.get("size", 0)
    if not isinstance(size, int) or not 0 <= size <= LONGEST:
        raise ValueError("a body of that size is none of ours")
    body = pipe.read(size)
    if len(body) != size:
        return None
    return header, body

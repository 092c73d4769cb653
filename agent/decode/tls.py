"""The server's first certificate in the records of a TLS handshake (RFC 5246 sections 6.2.1, 7.4.2). TLS 1.3 hides it. Pure, bounded."""

from collections.abc import Iterator

HANDSHAKE, CERTIFICATE = 22, 11
MOST_RECORDS, MOST_MESSAGES = 16, 8


def certificate(payload: bytes) -> bytes:
    """The certificate in DER, b"" where the messages that are there hold none; ValueError where one is cut short."""
    messages = b"".join(_records(payload))
    at = 0
    for _ in range(MOST_MESSAGES):
        if at + 4 > len(messages):
            return b""
        size = int.from_bytes(messages[at + 1 : at + 4], "big")
        if messages[at] == CERTIFICATE:
            return _first(messages[at + 4 : at + 4 + size])
        at += 4 + size
    return b""


def _records(payload: bytes) -> Iterator[bytes]:
    """The handshake's bytes, the last record's as far as they go."""
    at = 0
    for _ in range(MOST_RECORDS):
        if payload[at : at + 2] != bytes([HANDSHAKE, 3]) or at + 5 > len(payload):
            return
        size = int.from_bytes(payload[at + 3 : at + 5], "big")
        yield payload[at + 5 : at + 5 + size]
        at += 5 + size


def _first(body: bytes) -> bytes:
    size = int.from_bytes(body[3:6], "big")
    if len(body) < 6 or 6 + size > len(body):
        raise ValueError("a certificate that goes on in the next segment")
    return body[6 : 6 + size]

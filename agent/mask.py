"""Takes secrets out of HTTP-like answers before they become evidence: same length, so that offsets and sizes stay true.

Values of cookies, credentials and one-time numbers become `*`. Names stay, since they fingerprint; so do realms.
"""

import re
from re import Match

MEDIA = frozenset({"message/http", "message/rtsp", "message/sip"})
# A header with its folded continuation lines. Matched on any line: a stream may hold several messages.
_FIELD = rb"(?im)^([ \t]*(?:%s)[ \t]*:)([^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*)"
_COOKIES = re.compile(_FIELD % rb"cookie2?")
_SET_COOKIE = re.compile(_FIELD % rb"set-cookie2?")
_CREDENTIALS = re.compile(_FIELD % rb"(?:proxy-)?authorization")
_CHALLENGE = re.compile(_FIELD % rb"(?:www|proxy)-authenticate|(?:proxy-)?authentication-info")
_PARAMETER = re.compile(
    rb"""(?i)(\b(?:nonce|nextnonce|opaque|cnonce|response|rspauth)[ \t]*=[ \t]*)("[^"]*"?|[^\s,;]+)"""
)
_VALUE = re.compile(rb"[^\s]")
_PAIR = re.compile(rb"([ \t\r\n;,]*[^=;]*=)([^;]*)|([^=;]+)")


def mask(body: bytes, media: str) -> bytes:
    """`body` with secrets starred out if `media` is of MEDIA, else as it is. The length never changes."""
    if media.partition(";")[0].strip().lower() not in MEDIA:
        return body
    body = _CREDENTIALS.sub(lambda found: found[1] + _stars(found[2]), body)
    body = _COOKIES.sub(lambda found: found[1] + _PAIR.sub(_pair, found[2]), body)
    body = _SET_COOKIE.sub(_first_pair, body)
    return _CHALLENGE.sub(lambda found: found[1] + _PARAMETER.sub(_parameter, found[2]), body)


def _stars(value: bytes) -> bytes:
    return _VALUE.sub(b"*", value)


def _pair(found: Match[bytes]) -> bytes:
    return _stars(found[3]) if found[3] is not None else found[1] + _stars(found[2])


def _first_pair(found: Match[bytes]) -> bytes:
    """`name=value; Path=/`: the attributes after the first pair are no secret."""
    pair, semicolon, rest = found[2].partition(b";")
    return found[1] + _PAIR.sub(_pair, pair, count=1) + semicolon + rest


def _parameter(found: Match[bytes]) -> bytes:
    value = found[2]
    if value.startswith(b'"'):
        inner = value[1:].removesuffix(b'"')
        return found[1] + b'"' + b"*" * len(inner) + value[1 + len(inner) :]
    return found[1] + b"*" * len(value)

"""Takes secrets out of answers before they become evidence: same length, so that offsets and sizes stay true.

HTTP and its kin: values of cookies, credentials and one-time numbers become `*`. Names stay, since they fingerprint; so do
realms. Discovery answers of cameras: salts, challenges, keys and passwords, whatever element or item holds them.
"""

import re
from re import Match

MEDIA = frozenset({"message/http", "message/rtsp", "message/sip"})
DISCOVERY = frozenset({"application/sadp+xml", "application/dhip+json", "application/soap+xml"})
# SADP's Salt starts the computation of a password's reset; the other words are for firmwares to come.
_GUARDS = rb"[\w.-]{0,40}(?:salt|nonce|challenge|password|passwd|secret|token|privatekey|securitycode)"
_ELEMENT = re.compile(rb"(?i)(<(?:[\w.-]{1,20}:)?%s(?:\s[^<>]{0,400})?>)([^<]+)" % _GUARDS)
_ITEM = re.compile(rb'(?i)("%s"\s{0,9}:\s{0,9}")((?:[^"\\]|\\.)+)' % _GUARDS, re.DOTALL)
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


def mask(body: bytes, media: str) -> bytes:
    """`body` with secrets starred out if `media` is of MEDIA or DISCOVERY, else as it is. The length never changes."""
    kind = media.partition(";")[0].strip().lower()
    if kind in DISCOVERY:
        return _ITEM.sub(_guarded, _ELEMENT.sub(_guarded, body))
    return _http(body) if kind in MEDIA else body


def _guarded(found: Match[bytes]) -> bytes:
    return found[1] + _stars(found[2])


def _http(body: bytes) -> bytes:
    body = _CREDENTIALS.sub(lambda found: found[1] + _stars(found[2]), body)
    body = _COOKIES.sub(lambda found: found[1] + b";".join(map(_pair, found[2].split(b";"))), body)
    body = _SET_COOKIE.sub(_first_pair, body)
    return _CHALLENGE.sub(lambda found: found[1] + _PARAMETER.sub(_parameter, found[2]), body)


def _stars(value: bytes) -> bytes:
    return _VALUE.sub(b"*", value)


def _pair(text: bytes) -> bytes:
    """One cookie: its name stays. Cut, not searched: a search for the sign that never comes took seconds for a header of blanks."""
    name, sign, value = text.partition(b"=")
    return name + sign + _stars(value) if sign else _stars(text)


def _first_pair(found: Match[bytes]) -> bytes:
    """`name=value; Path=/`: the attributes after the first pair are no secret."""
    pair, semicolon, rest = found[2].partition(b";")
    return found[1] + _pair(pair) + semicolon + rest


def _parameter(found: Match[bytes]) -> bytes:
    value = found[2]
    if value.startswith(b'"'):
        inner = value[1:].removesuffix(b'"')
        return found[1] + b'"' + b"*" * len(inner) + value[1 + len(inner) :]
    return found[1] + b"*" * len(value)

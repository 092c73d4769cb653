"""Planted secrets do not survive the mask; lengths, names and realms do."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.mask import mask

SECRET = b"planted5ecret"
LINES = [
    b"Set-Cookie: SESSION=planted5ecret; Path=/; HttpOnly",
    b"set-cookie2:a=planted5ecret",
    b"SET-COOKIE : bare-planted5ecret",
    b"Cookie: a=planted5ecret; b=xplanted5ecrety",
    b"Cookie: planted5ecret",
    b"Authorization: Basic planted5ecret",
    b'Authorization: Digest username="planted5ecret",\r\n response="planted5ecret"',
    b"Proxy-Authorization:\tplanted5ecret planted5ecret",
    b'WWW-Authenticate: Digest realm="DS-1", nonce="planted5ecret", opaque="planted5ecret", qop="auth"',
    b"WWW-Authenticate: Digest realm=x,nonce=planted5ecret",
    b'Proxy-Authenticate: Digest nonce = "planted5ecret"',
    b'WWW-Authenticate: Digest realm="a",\r\n\tnonce="planted5ecret"',
    b'Authentication-Info: nextnonce="planted5ecret", rspauth="planted5ecret", cnonce=planted5ecret',
    b'WWW-Authenticate: Digest nonce="planted5ecret',
]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("media", ["message/http", "message/rtsp", "message/sip", "Message/HTTP; charset=x"])
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_planted_secrets_go(line: bytes, media: str, end: bytes) -> None:
    body = end.join(
        [b"HTTP/1.1 401 Unauthorized", b"Server: cam", line.replace(b"\r\n", end), b"", b"<title>x</title>"]
    )
    masked = mask(body, media)
    assert SECRET not in masked
    assert len(masked) == len(body)
    assert masked.startswith(b"HTTP/1.1 401 Unauthorized" + end + b"Server: cam")
    assert masked.endswith(b"<title>x</title>")


def test_what_fingerprints_stays() -> None:
    body = (
        b"HTTP/1.0 401 No\r\nSet-Cookie: webvpn=abc; Secure\r\nCookie: a=1; b=22\r\n"
        b'WWW-Authenticate: Digest realm="Login to 5A", qop="auth", nonce="99", algorithm=MD5\r\n\r\n'
    )
    assert mask(body, "message/http") == (
        b"HTTP/1.0 401 No\r\nSet-Cookie: webvpn=***; Secure\r\nCookie: a=*; b=**\r\n"
        b'WWW-Authenticate: Digest realm="Login to 5A", qop="auth", nonce="**", algorithm=MD5\r\n\r\n'
    )


def test_other_media_are_not_touched() -> None:
    body = b"Set-Cookie: a=b"
    assert mask(body, "application/octet-stream") is body


def test_a_second_message_in_the_stream_is_masked_too() -> None:
    body = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\nRTSP/1.0 401 No\r\nSet-Cookie: s=planted5ecret\r\n\r\n"
    assert SECRET not in mask(body, "message/rtsp")


@given(st.binary(max_size=300), st.sampled_from(LINES), st.binary(max_size=300))
def test_any_bytes_keep_their_length_and_masking_twice_changes_nothing(
    before: bytes, line: bytes, after: bytes
) -> None:
    body = before + b"\r\n" + line + b"\r\n\r\n" + after
    masked = mask(body, "message/http")
    assert len(masked) == len(body)
    assert mask(masked, "message/http") == masked
    if SECRET not in before + after:
        assert SECRET not in masked


@pytest.mark.parametrize("sign", [b" ", b",", b";", b"\r\n ", b"=", b"; "])
def test_a_header_as_long_as_an_answer_takes_no_time(sign: bytes) -> None:
    """Every other host waits meanwhile, and would pass for silent."""
    for name in (b"Cookie", b"Set-Cookie"):
        body = b"HTTP/1.1 200 OK\r\n" + name + b":" + sign * (73_000 // len(sign))
        began = time.process_time()
        mask(body, "message/http")
        assert time.process_time() - began < 1

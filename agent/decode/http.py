"""Messages of HTTP and its kin (RTSP, SIP): status line, headers, body. Pure, bounded, and patient with old servers."""

import re

import msgspec

MOST_HEADERS = 100
MOST_CHUNKS = 4096
LONGEST = 65_536  # bytes of a body
_START = re.compile(rb"\s*(HTTP|RTSP|SIP)/\d(?:\.\d)? (\d{3})[^\r\n]*\r?\n?")
_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,256}\r?\n")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
# Text encodings alone: Python's others (zip, hex) would unpack what a stranger sends.
_ENCODINGS = frozenset(
    "utf-8 utf8 us-ascii iso-8859-1 iso-8859-2 iso-8859-5 iso-8859-9 iso-8859-15 windows-1250 windows-1251 windows-1252"
    " windows-1254 gb2312 gbk gb18030 big5 shift_jis euc-jp euc-kr koi8-r".split()
)


class Message(msgspec.Struct, frozen=True):
    """`headers`: (lower-case name, value) in their order. `body`: unchunked, at most LONGEST bytes."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first value of a header (lower-case name), "" if there is none."""
        return next((value for known, value in self.headers if known == name), "")


def host(address: str) -> str:
    """An address as it stands in a URL: IPv6 in brackets, without its zone."""
    return f"[{address.partition('%')[0]}]" if ":" in address else address


def message(raw: bytes, protocol: str = "HTTP") -> Message | None:
    """The answer in `raw`, None where it does not start like one. HTTP/0.9 (a bare page) counts as status 200."""
    start = _START.match(raw)
    if start is None or start[1].decode() != protocol:
        bare = protocol == "HTTP" and raw.lstrip()[:1] == b"<"
        return Message(200, (), raw[:LONGEST]) if bare else None
    end = _END.search(raw, max(start.end() - 2, 0))
    head, body = (raw[start.end() : end.start()], raw[end.end() :]) if end else (raw[start.end() :], b"")
    headers = _headers(head)
    if ("transfer-encoding", "chunked") in [(name, value.lower()) for name, value in headers]:
        body = _unchunked(body)
    return Message(int(start[2]), headers, body[:LONGEST])


def _headers(head: bytes) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in head.split(b"\n")[:MOST_HEADERS]:
        name, colon, value = line.decode("latin-1").partition(":")
        if line[:1] in b" \t" and found and line.strip():  # a folded line goes on with the one before
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.decode('latin-1').strip()}")
        elif colon and name.strip():
            found.append((name.strip().lower(), value.strip()))
    return tuple(found)


def _unchunked(body: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    for _ in range(MOST_CHUNKS):
        found = _CHUNK.match(body, at)
        if found is None or not int(found[1], 16):
            break
        parts.append(body[found.end() : found.end() + int(found[1], 16)])
        at = found.end() + int(found[1], 16)
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    return b"".join(parts)


def page(found: Message) -> str:
    """The body as text, by the charset that header or page names; NULs gone."""
    named = _CHARSET.search(found.header("content-type").encode("latin-1", "ignore")) or _CHARSET.search(
        found.body[:2048]
    )
    charset = named[1].decode().lower() if named else "utf-8"
    if charset not in _ENCODINGS:
        charset = "utf-8"
    try:
        return found.body.decode(charset).replace("\0", "")
    except UnicodeDecodeError:
        # A page cut in the middle of a character, or one that names a wrong charset.
        return found.body.decode(charset, "replace").replace("\0", "")

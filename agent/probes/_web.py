"""What HTTP and HTTPS share: which pages to ask, and the facts in them."""

import base64
import hashlib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from agent.ask import Dialogue, Reply, Tcp
from agent.decode import http
from agent.decode.say import said
from model.claims import Fact
from model.evidence import Evidence

MOST_REDIRECTS = 2
LIMIT = 65_536 + 8_192  # bytes: a page and its headers
LOGIN = "/doc/page/login.asp"
ICON = "/favicon.ico"
_ASKED = re.compile(r"GET (\S+) \((?:tcp|tls)/\d+\)")
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_SAFE_PATH = re.compile(r"/[!-~]{0,300}")
# Signs that a Hikvision login page is worth its one request: fingerprints section 3.1.
_HIKVISION = re.compile(
    r"(?i)hikvision|dnvrs-webs|dvrdvs|app-webs|^webs?$|realm=\"?IP Camera|DVRNVRDVS|Embedded Net DVR"
)
_KEYS = {
    "server": "http_header.server",
    "www-authenticate": "http_header.wwwauth",
    "x-powered-by": "http_header.x-powered-by",
}


def visit(address: str, port: int, tls: bool) -> Dialogue:
    """`/`, up to two redirects on the same host and port, the icon, and the login page if Hikvision was hinted at."""
    path: str = "/"
    hinted = False
    for _ in range(1 + MOST_REDIRECTS):
        found = _message((yield _get(address, port, path, tls)))
        if found is None:
            return
        hinted = hinted or _hints(found)
        onward = _onward(found, address, port, tls)
        if onward in ("", path):
            break
        path = onward
    yield _get(address, port, ICON, tls)
    if hinted and path != LOGIN:
        yield _get(address, port, LOGIN, tls)


def home(address: str, port: int) -> Tcp:
    """The one request for `/`, no TLS."""
    return _get(address, port, "/", tls=False)


def _get(address: str, port: int, path: str, tls: bool) -> Tcp:
    usual = port == (443 if tls else 80)
    where = http.host(address) + ("" if usual else f":{port}")
    lines = f"GET {path} HTTP/1.1\r\nHost: {where}\r\nUser-Agent: laydown\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    asked = f"GET {path} ({'tls' if tls else 'tcp'}/{port})"
    return Tcp(asked, port, lines.encode("ascii"), "message/http", limit=LIMIT, tls=tls)


def _message(reply: Reply) -> http.Message | None:
    return http.message(reply.body) if reply.status in ("answered", "cut") else None


def _hints(found: http.Message) -> bool:
    words = [found.header("server"), found.header("www-authenticate"), _title(http.page(found))]
    return any(_HIKVISION.search(word) for word in words)


def _onward(found: http.Message, address: str, port: int, tls: bool) -> str:
    """The path of a redirect that stays on this host, port and scheme; "" for any other answer."""
    if found.status not in (301, 302, 303, 307, 308):
        return ""
    try:
        to = urlsplit(found.header("location"))
        there = to.port or (443 if to.scheme == "https" else 80 if to.scheme else port)
    except ValueError:
        return ""
    if (to.scheme and (to.scheme == "https") != tls) or to.scheme not in ("", "http", "https"):
        return ""
    if to.netloc and (to.hostname != address.partition("%")[0].lower() or there != port):
        return ""
    path = (to.path if to.path.startswith("/") else "/" + to.path) + (f"?{to.query}" if to.query else "")
    return path if _SAFE_PATH.fullmatch(path) else ""


def facts(evidence: list[Evidence]) -> Iterator[Fact]:
    """Headers, title, start of the body and icon digests of the pages heard; what several pages repeat is said once."""
    seen: set[tuple[str, str]] = set()
    for one in evidence:
        asked, found = _ASKED.fullmatch(one.observation.asked), http.message(one.body or b"")
        if asked is None or found is None:
            continue
        for fact in _icon(one.id, found) if asked[1] == ICON else _page(one.id, found):
            if (fact.key, fact.value) not in seen:
                seen.add((fact.key, fact.value))
                yield fact


def _page(evidence: str, found: http.Message) -> Iterator[Fact]:
    for name, value in found.headers:
        if name in _KEYS:
            yield from said(evidence, "self", _KEYS[name], value)
        if name == "set-cookie":
            yield from said(evidence, "self", "http_header.cookie", value.partition(";")[0])
    text = http.page(found)
    yield from said(evidence, "self", "html_title", _title(text))
    yield from said(evidence, "self", "html_body", text)


def _title(text: str) -> str:
    found = _TITLE.search(text)
    return " ".join(found[1].split()) if found else ""


def _icon(evidence: str, found: http.Message) -> Iterator[Fact]:
    if found.status != 200 or not found.body or found.body.lstrip()[:1] == b"<":  # an error page is no icon
        return
    import mmh3

    yield from said(evidence, "self", "favicon.md5", hashlib.md5(found.body, usedforsecurity=False).hexdigest())
    # Shodan's form: MurmurHash3 of the base64 text with its line ends, as a signed number.
    yield from said(evidence, "self", "favicon.mmh3", str(mmh3.hash(base64.encodebytes(found.body))))

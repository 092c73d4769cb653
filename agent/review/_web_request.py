"""One HTTP request of the local page: bounded, checked at the door, answered once; the pages themselves know no socket."""

import re
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

if TYPE_CHECKING:
    from agent.review.web import Server

LARGEST = 256 * 1024  # bytes of a form
SLOWEST = 10.0  # seconds that a browser may keep silent in the middle of a request
FIELDS = 2_000  # of one form
FORM = "application/x-www-form-urlencoded"
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not `no-referrer`: under it browsers send `Origin: null` with a form, and nobody could tell ours from another's.
    "Referrer-Policy": "same-origin",
}


class Asked(msgspec.Struct, frozen=True):
    """A request that came through the door: path and query as sent, form fields in order of their coming."""

    method: str
    path: str
    target: str
    query: dict[str, str]
    form: dict[str, str] = {}


class Answer(msgspec.Struct, frozen=True):
    """What goes back. `headers`: beyond those that every answer carries."""

    status: int
    body: bytes = b""
    media: str = "text/html; charset=utf-8"
    headers: dict[str, str] = {}


class Refused(Exception):
    """A request that does not come through the door: status and one line."""

    def __init__(self, status: int, line: str) -> None:
        self.status, self.line = status, line
        super().__init__(line)


class Request(BaseHTTPRequestHandler):
    """Reads a request, asks the server's pages, writes the answer, closes. HTTP/1.0: one request a connection."""

    server: "Server"
    timeout = SLOWEST
    server_version, sys_version = "laydown", ""

    def do_GET(self) -> None:
        """A page."""
        self._serve()

    def do_HEAD(self) -> None:
        """A page's headers."""
        self._serve()

    def do_POST(self) -> None:
        """A form."""
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged: the first request's line holds the token."""

    def _serve(self) -> None:
        try:
            self.server.door(self.headers, self.command)
            found = self.server.answer(self._asked(), self.headers.get("Cookie", ""))
        except Refused as refused:
            found = self.server.refusal(refused)
        except ConnectionError:
            self.close_connection = True
            return
        except Exception as fault:  # noqa: BLE001 - a bug in one page is said there, and the review goes on
            what = f"A fault of the program ({type(fault).__name__}: {fault}). Nothing of this form was kept."
            found = self.server.refusal(Refused(500, what))
        self._write(found)

    def _asked(self) -> Asked:
        parts = urlsplit(self.path)
        return Asked(
            "GET" if self.command == "HEAD" else self.command,
            parts.path,
            self.path,
            _fields(parts.query),
            _fields(self._body()) if self.command == "POST" else {},
        )

    def _body(self) -> str:
        if self.headers.get_content_type() != FORM:
            raise Refused(415, f"only forms are taken ({FORM})")
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,9}", length) or self.headers.get("Transfer-Encoding"):
            raise Refused(411, "a form says its length")
        if int(length) > LARGEST:
            raise Refused(
                413, f"the form is larger than {LARGEST:,} bytes: keep the answers of fewer questions at once"
            )
        try:
            data = self.rfile.read(int(length))
        except TimeoutError:
            raise Refused(408, "the form did not arrive in time") from None
        if len(data) != int(length):
            raise Refused(400, "the form was cut off")
        try:
            return data.decode("ascii")
        except UnicodeDecodeError:
            raise Refused(400, "the form is not encoded as forms are") from None

    def _write(self, found: Answer) -> None:
        try:
            self.send_response(found.status)
            for name, value in (HEADERS | found.headers).items():
                self.send_header(name, value)
            self.send_header("Content-Type", found.media)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(found.body)
        except OSError:
            self.close_connection = True  # the browser has left; what was kept is kept


def _fields(text: str) -> dict[str, str]:
    """{name: value}; Refused where it is no UTF-8, holds hidden control signs, or a name twice."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except (ValueError, UnicodeDecodeError):
        raise Refused(400, "the form or address is not encoded as UTF-8, or has too many fields") from None
    found = {name: value.replace("\r\n", "\n") for name, value in pairs}
    if len(found) != len(pairs):
        raise Refused(400, "a field stands twice in the form or address")
    if any(re.search(r"[\x00-\x08\x0b-\x1f\x7f]", value) for value in found.values()):
        raise Refused(400, "the form or address holds control signs")
    return found

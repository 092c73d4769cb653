"""Review as a local page: a server on 127.0.0.1 for one person, from a link that works once until a button, Ctrl-C or idleness."""

import time
from collections.abc import Callable, Iterable
from email.message import Message
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from agent.clock import now
from agent.review._web_board import Kept
from agent.review._web_pages import Pages
from agent.review._web_request import Answer, Asked, Refused, Request
from agent.review._web_session import Session
from model.trouble import Trouble
from reporters import _review_page as page
from reporters._catalogue import told
from reporters._review_fields import fault
from reporters._review_page import Desk

if TYPE_CHECKING:
    from agent.filing import Source
    from agent.review.store import Store

LOOPBACK = "127.0.0.1"
IDLE = 3600.0  # seconds without a request, after which the review ends itself
AT_ONCE = 32  # connections at the same time, the idle ones that browsers open ahead included
LAST = 2.0  # seconds that the last page has to be sent
ROUND = 0.2  # seconds between two looks at whether to end


class Server(ThreadingHTTPServer):
    """Takes connections of this machine, lets a request in by host, origin and cookie, and has the pages answer it."""

    daemon_threads = True
    timeout = ROUND

    def __init__(self, port: int, session: Session, pages: Pages, desk: Desk) -> None:
        self._session, self._pages, self._desk = session, pages, desk
        self._places = BoundedSemaphore(AT_ONCE)
        self.heard = time.monotonic()
        super().__init__((LOOPBACK, port), Request)

    def server_bind(self) -> None:
        """Without looking the machine's own name up, as HTTPServer would: no question leaves the machine."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, int(self.server_address[1])

    @property
    def hosts(self) -> tuple[str, str]:
        """What a browser that was sent here calls this server. Another name that leads here is an attack on it."""
        return f"{LOOPBACK}:{self.server_port}", f"localhost:{self.server_port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Each in a thread of its own; past the bound a connection is closed at once, and browsers try again."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """The request itself; its place is free again whatever happened."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks off harms nobody."""

    def door(self, headers: Message, method: str) -> None:
        """Refused unless the request was meant for this server and, for a form, comes from one of its own pages."""
        host = headers.get("Host", "")
        if host not in self.hosts or len(headers.get_all("Host", [])) != 1:
            raise Refused(421, "This page answers to 127.0.0.1 and localhost alone: use the link as it was printed.")
        if method != "POST":
            return
        if (
            headers.get("Origin", "") != f"http://{host}"
            or headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
        ):
            raise Refused(403, "This form was sent by another page: open the question here and send it again.")

    def answer(self, asked: Asked, cookie: str) -> Answer:
        """The answer to a request that came through the door; Refused without the session's cookie."""
        if asked.path == "/enter" and asked.method == "GET":
            return self._entered(asked.query.get("token", ""))
        if asked.path == "/style.css":
            return self._pages.style(asked)
        if not asked.path.startswith(f"{self._desk.base}/") or not self._session.knows(cookie):
            raise Refused(
                403, "Open the review by the link that the command printed, in the browser where it was opened."
            )
        self.heard = time.monotonic()
        try:
            return self._pages.answer(asked)
        except Trouble as trouble:
            lang = self._desk.lang
            line = f"{trouble.where}: {fault(trouble, lang)}"
            body = page.plain(self._desk, told("Not done", lang), [line], "error")
            return Answer(500, body)

    def _entered(self, token: str) -> Answer:
        cookie = self._session.enter(token)
        if cookie is None:
            raise Refused(
                403, "This link has been used, or is of another run: start `laydown review` again for a new one."
            )
        self.heard = time.monotonic()
        return Answer(303, headers={"Set-Cookie": cookie, "Location": self._desk.link("")})

    def refusal(self, refused: Refused) -> Answer:
        """A refusal as a page. It names no path of the session: whoever is refused need not know one."""
        nobody = Desk("", told("Review", self._desk.lang), self._desk.file, self._desk.lang)
        title = told("Refused", self._desk.lang)
        return Answer(
            refused.status, page.plain(nobody, title, [told(refused.line, self._desk.lang)], "error", back=False)
        )

    def wait(self, idle: float) -> str:
        """Answer until the button is pressed or nobody came for `idle` seconds; says which."""
        while not self._pages.ended:
            if time.monotonic() - self.heard > idle:
                return f"nobody used the page for {idle:.0f} seconds"
            self.handle_request()
        self._finish()
        return "ended on the page"

    def _finish(self) -> None:
        """Let the last page reach its reader: a thread that is cut off in it would leave a blank window."""
        until = time.monotonic() + LAST
        for _ in range(AT_ONCE):
            self._places.acquire(timeout=max(0.0, until - time.monotonic()))


def serve(
    source: "Source",
    store: "Store",
    port: int = 0,
    timeout: float = IDLE,
    lang: str = "en",
    forms: Iterable[str] = (),
    opened: Callable[[str], None] = lambda link: None,
) -> str:
    """Serve the review until it ends; gives why, in words. `port` 0: any free one; `forms`: asked for beside the contracts' clauses.

    `opened` is told the link, which works once: print it, do not put it on a command line, which others on the machine can read.
    Ctrl-C passes through as KeyboardInterrupt; every answer that a page said is kept is on disk by then.
    """
    board = Kept(source, store, forms)
    session = Session()
    desk = Desk(session.base, board.title, store.path.name, lang, board.sample)
    pages = Pages(board, desk, session, lambda: now().date().isoformat())
    try:
        server = Server(port, session, pages, desk)
    except (OSError, OverflowError) as fault:
        what = f"cannot be listened on ({getattr(fault, 'strerror', None) or fault})"
        raise Trouble(f"port {port}", what, "choose another --port, or none") from None
    with server:
        opened(f"http://{server.hosts[0]}{session.link}")
        return server.wait(timeout)

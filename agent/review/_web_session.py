"""One person's session with the local page: a link that works once, then a cookie that no other page can read or send."""

import hmac
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from secrets import token_hex, token_urlsafe
from threading import Lock


class Session:
    """Secrets of one run. `base`: the path under which all pages stand; browsers send a cookie to every port of a host,
    so the cookie is bound to a path that no other program on this machine knows."""

    def __init__(self) -> None:
        self.base = f"/s/{token_hex(8)}"
        self._name = f"laydown_{token_hex(4)}"
        self._token: str | None = token_urlsafe(32)
        self._cookie = token_urlsafe(32)
        self._key = token_hex(32).encode()
        self._lock = Lock()

    @property
    def link(self) -> str:
        """Path of the link that opens the session; it works once."""
        return f"/enter?token={self._token or ''}"

    def enter(self, token: str) -> str | None:
        """The Set-Cookie header for the right token, which is spent by it; None for any other."""
        with self._lock:
            if self._token is None or not hmac.compare_digest(token.encode(), self._token.encode()):
                return None
            self._token = None
        return f"{self._name}={self._cookie}; Path={self.base}; HttpOnly; SameSite=Strict"

    def knows(self, header: str) -> bool:
        """Whether a Cookie header is the session's."""
        try:
            held = SimpleCookie(header).get(self._name)
        except CookieError:
            return False
        return held is not None and hmac.compare_digest(held.value.encode(), self._cookie.encode())

    def form(self, target: str) -> str:
        """The token of the form that posts to `target`, a path with its query: good for that form alone."""
        return hmac.new(self._key, target.encode(), sha256).hexdigest()

    def sent(self, target: str, token: str) -> bool:
        """Whether `token` is the one of the form that posts to `target`."""
        return hmac.compare_digest(self.form(target).encode(), token.encode())

"""The line to a collector: signed requests over HTTPS, one connection, bounded answers; who is not reached is told from who refuses."""

import re
import ssl
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec
import urllib3

from agent import clock
from agent.deployed.in_time import in_time
from model.keys import Private
from model.refusal import Refusal
from model.signed_request import asked, header
from model.times import read, written
from model.trouble import Trouble, UsageTrouble

LARGEST = 1 << 20  # bytes of an answer, but for packs
CONNECT, READ = 10.0, 60.0  # seconds
WHOLE, SLOWEST = 300.0, 4_096  # seconds for a request and its answer, and bytes a second that lengthen them
LOOPBACK = ("localhost", "127.0.0.1", "::1")
LATER = (408, 425, 429, 500, 502, 503, 504, 507)
LONGEST = 3600.0  # seconds that a collector may ask to be left alone
Read = TypeVar("Read")


class Away(Trouble):
    """Not now: not reached, or asked to come again. `after`: in how many seconds, 0 if nobody said; `answered`: by the collector."""

    def __init__(self, where: str, what: str, after: float = 0.0, answered: bool = False) -> None:
        self.after, self.answered = after, answered
        super().__init__(where, what, "what waits stays in the spool; try again later")


class Refused(Trouble):
    """The collector answered no. `code`: its word; `final`: asking again brings the same; `offset`: where an upload must go on."""

    def __init__(self, where: str, status: int, said: Refusal) -> None:
        self.status, self.code, self.final, self.offset, self.now = (
            status,
            said.error,
            said.final,
            said.offset,
            said.now,
        )
        super().__init__(where, said.what[:300] or f"refused ({status})", said.remedy[:300] or "ask its admin")


class Answer(NamedTuple):
    """A yes: its status and bytes."""

    status: int
    data: bytes

    def of(self, shape: type[Read], where: str) -> Read:
        """The noun in it; Trouble where it is another."""
        try:
            return msgspec.json.decode(self.data, type=shape)
        except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
            raise Away(where, f"an answer that is none ({str(fault)[:120]})") from None


class Way(msgspec.Struct, frozen=True):
    """How a collector is reached. `pin`: sha256 of its certificate or ""; `ca`: a file of authorities; `plain`: HTTP anywhere."""

    url: str
    pin: str = ""
    ca: Path | None = None
    proxy: str = ""
    plain: bool = False


class Line:
    """`skew`: seconds by which the collector's clock is ahead of this machine's, learnt from its answers."""

    def __init__(self, way: Way, key: Private | None = None, skew: float = 0.0) -> None:
        self._way, self.key, self.skew = checked(way), key, skew
        self._pool = _pool(way)

    def ask(self, method: str, path: str, body: bytes = b"", largest: int = LARGEST) -> Answer:
        """The answer to a request signed by the agent's key; once more if only the clock was wrong. Away or Refused otherwise."""
        try:
            return self._once(method, path, body, largest)
        except Refused as fault:
            if fault.code != "clock" or not self._learnt(fault.now):
                raise
        return self._once(method, path, body, largest)

    def _once(self, method: str, path: str, body: bytes, largest: int) -> Answer:
        headers = {"User-Agent": "laydown", "Accept": "application/json", "Accept-Encoding": "identity"}
        if body:
            headers["Content-Type"] = "application/octet-stream" if method == "PATCH" else "application/json"
        if self.key is not None:
            at = written(datetime.fromtimestamp(clock.now().timestamp() + self.skew, tz=clock.now().tzinfo))
            headers["Authorization"] = header(self.key, asked(method, path, body, at, token_urlsafe(18)))
        url = self._way.url.rstrip("/") + path
        try:
            with in_time(WHOLE + (len(body) + largest) / SLOWEST):
                answer = self._pool.request(
                    method, url, body=body or None, headers=headers, redirect=False, preload_content=False
                )
                try:
                    data = answer.read(largest + 1)
                finally:
                    answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as fault:
            raise Away(self._way.url, _reason(fault)) from None
        if len(data) > largest:
            answer.close()
            raise Away(self._way.url, f"an answer of more than {largest:,} bytes")
        return self._judged(answer.status, data, answer.headers.get("Retry-After", ""))

    def _judged(self, status: int, data: bytes, after: str) -> Answer:
        if 200 <= status < 300:
            return Answer(status, data)
        try:
            said = msgspec.json.decode(data, type=Refusal)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            said = Refusal("answer", f"answered {status} without a reason", "check the URL, and what stands before it")
        if status in LATER or status >= 500:
            seconds = float(after) if after.isdecimal() else 0.0
            raise Away(self._way.url, f"{said.what[:200]} ({status})", min(seconds, LONGEST), answered=True)
        raise Refused(self._way.url, status, said)

    def _learnt(self, now: str) -> bool:
        """Whether the collector's clock is known now, and is not what was used already."""
        try:
            skew = (read(now) - clock.now()).total_seconds()
        except ValueError:
            return False
        known, self.skew = self.skew, skew
        return abs(known - skew) > 1.0


def checked(way: Way) -> Way:
    """UsageTrouble unless the URL is HTTPS, or HTTP that does not leave this machine or was allowed by hand."""
    parts = urlsplit(way.url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise UsageTrouble(way.url[:80], "is no collector's address", "write https://collector.example")
    if parts.scheme == "http" and not way.plain and parts.hostname not in LOOPBACK:
        remedy = "use https; or --insecure-http, where another layer protects the line"
        raise UsageTrouble(way.url[:80], "reports would travel unencrypted", remedy)
    return way


def _pool(way: Way) -> urllib3.PoolManager:
    known: dict[str, Any] = {
        "timeout": urllib3.Timeout(connect=CONNECT, read=READ),
        "retries": False,
        "num_pools": 1,
        "maxsize": 1,
    }
    if way.url.startswith("https:"):
        context = ssl.create_default_context(cafile=str(way.ca) if way.ca else None)
        if way.pin:  # this one certificate, whoever signed it and whatever names stand in it
            context.check_hostname = False
            context.verify_mode = ssl.CERT_REQUIRED if way.ca else ssl.CERT_NONE
            known["assert_fingerprint"], known["assert_hostname"] = way.pin, False
        known["ssl_context"] = context
    return urllib3.ProxyManager(way.proxy, **known) if way.proxy else urllib3.PoolManager(**known)


def _reason(fault: Exception) -> str:
    """In words, without the objects that urllib3 quotes."""
    inner: BaseException = fault
    while isinstance(getattr(inner, "reason", None), BaseException):
        inner = inner.reason  # type: ignore[attr-defined]
    text = re.sub(r"^\S+\(host=.*?\): ", "", str(inner))
    if isinstance(inner, ssl.SSLError) or "ertificate" in text or "ingerprint" in text:
        return f"its certificate is not trusted ({text[:160]})"
    return f"not reached ({text[:160]})"

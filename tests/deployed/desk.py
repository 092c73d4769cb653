"""A small collector for tests: real HTTP on loopback, every signature checked, and faults on demand. It keeps what it took in memory."""

from __future__ import annotations

import hashlib
import ssl
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import zstandard
from cryptography.hazmat.primitives.asymmetric import ed25519

from model import enrolment, parcel, policy, receipt, signed_request
from model.canonical import digest
from model.keys import Public, holds, keyid, pem, public
from model.refusal import Refusal
from model.report import Site
from model.statement import opened, pae
from model.times import written

Reply = tuple[int, bytes, dict[str, str]]


class Desk:
    """`tokens`: one-time; `stored`: parcels by digest; `faults`: called before each answer, may return one of its own or raise Cut."""

    def __init__(self, organisation: str = "example-corp", site: str = "hq") -> None:
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.organisation, self.site = organisation, site
        self.tokens = {"one-time-token-1"}
        self.agents: dict[str, tuple[str, Public]] = {}  # key id -> (agent, key)
        self.revoked: set[str] = set()
        self.answers: dict[tuple[str, str], Reply] = {}
        self.part: dict[str, bytearray] = {}
        self.stored: dict[str, bytes] = {}
        self.receipts: dict[str, bytes] = {}
        self.beats: list[enrolment.Heartbeat] = []
        self.policy: policy.Policy | None = None
        self.packs: dict[str, bytes] = {}
        self.held: set[str] = set()  # sha256 of packs that a parcel may come without
        self.nonces: set[str] = set()
        self.seen: list[str] = []
        self.ahead = timedelta()
        self.fault: Callable[[str, str], Reply | None] = lambda method, path: None
        self.after: Callable[[str, str], None] = lambda method, path: None
        self.lock = threading.Lock()

    @property
    def now(self) -> datetime:
        """By its own clock."""
        return datetime.now(UTC) + self.ahead

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        """One request."""
        parts = urlsplit(target)
        self.seen.append(f"{method} {parts.path}")
        if (found := self.fault(method, parts.path)) is not None:
            return found
        if (method, parts.path) == ("POST", "/api/v1/enrol"):
            return self._enrol(msgspec.json.decode(body, type=enrolment.Enrol))
        who = self._who(method, target, headers, body)
        if not isinstance(who, str):
            return who
        place = parts.path.removeprefix("/api/v1/")
        match (method, place.split("/")[0]):
            case ("GET", "uploads"):
                return self._upload(200, place.split("/")[1])
            case ("PATCH", "uploads"):
                asked = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
                return self._piece(place.split("/")[1], asked["offset"], asked["size"], body, who)
            case ("POST", "heartbeat"):
                self.beats.append(msgspec.json.decode(body, type=enrolment.Heartbeat))
                return _json(200, enrolment.Beat(self.policy.serial if self.policy else 0))
            case ("GET", "policy"):
                return (200, policy.enclosed(self.key, self.policy), {}) if self.policy else (204, b"", {})
            case ("GET", "packs") if place.endswith("/held"):
                return (204, b"", {}) if place.split("/")[1] in self.held else refused(404, "none", final=True)
            case ("GET", "packs"):
                return 200, self.packs[place.split("/")[1]], {}
            case ("POST", "rotate"):
                return self._rotate(msgspec.json.decode(body, type=enrolment.Rotate), who)
        return refused(404, "none", final=True)

    def _enrol(self, told: enrolment.Enrol) -> Reply:
        key = public(told.key.encode(), "key")
        proof = enrolment.proof_of(told.proof, key)
        if (told.token, told.key) in self.answers:
            return self.answers[told.token, told.key]
        if told.token not in self.tokens or proof.token_sha256 != enrolment.token_digest(told.token):
            return refused(403, "token", final=True)
        self.tokens.remove(told.token)
        self.revoked |= set(self.agents)
        agent = f"agent-{len(self.agents) + 1}"
        self.agents[keyid(key)] = (agent, key)
        site = Site(id=self.site)
        mine = pem(self.key.public_key()).decode()
        answer = _json(201, enrolment.Enrolled(agent, self.organisation, "Example Corp", site, mine))
        self.answers[told.token, told.key] = answer
        return answer

    def _who(self, method: str, target: str, headers: dict[str, str], body: bytes) -> str | Reply:
        told = signed_request.parsed(headers.get("authorization", ""))
        _, key = self.agents.get(told.keyid, ("", None))
        asked = signed_request.asked(method, target, body, told.at, told.nonce)
        if key is None or told.keyid in self.revoked or not signed_request.proves(key, told, asked):
            return refused(401, "key")
        if abs((told.moment - self.now).total_seconds()) > signed_request.CLOCK:
            return _json(401, Refusal("clock", "clock", "set it", now=written(self.now)))
        if told.nonce in self.nonces:
            return refused(401, "nonce")
        self.nonces.add(told.nonce)
        return told.keyid

    def _upload(self, status: int, name: str) -> Reply:
        held = self.receipts.get(name)
        envelope = msgspec.json.decode(held) if held else None
        offset = len(self.stored[name]) if name in self.stored else len(self.part.get(name, b""))
        return status, msgspec.json.encode({"offset": offset, "receipt": envelope}), {}

    def _piece(self, name: str, offset: int, size: int, body: bytes, who: str) -> Reply:
        if name in self.receipts:
            return self._upload(200, name)
        part = self.part.setdefault(name, bytearray())
        if offset != len(part) or len(body) > parcel.PIECE:
            return _json(409, Refusal("offset", "elsewhere", "go on there", offset=len(part)))
        part += body
        if len(part) < size:
            return self._upload(200, name)
        data = bytes(self.part.pop(name))
        assert hashlib.sha256(data).hexdigest() == name
        about, members = contents(data, self.agents[who][1], light=True)
        if about.release == "full" and "pack.zip" not in members and not self.held:
            return refused(409, "pack")
        assert about.agent == self.agents[who][0] and about.site == self.site and members
        self.stored[name] = data
        before = [receipt.receipt_of(one, self.key.public_key(), "r")[1] for one in self.receipts.values()]
        made = receipt.Receipt(
            receipt.SCHEMA,
            f"sha256:{name}",
            about.report,
            about.agent,
            about.site,
            self.organisation,
            written(self.now),
            len(before) + 1,
            before[-1] if before else receipt.FIRST,
        )
        self.receipts[name] = receipt.enclosed(self.key, made)
        return self._upload(201, name)

    def _rotate(self, told: enrolment.Rotate, who: str) -> Reply:
        key = public(told.key.encode(), "key")
        assert enrolment.succession_of(told.proof, key).replaces == who
        self.agents[keyid(key)] = (self.agents.pop(who)[0], key)
        return 200, b"{}", {}

    def reports(self) -> list[parcel.About]:
        """What the parcels that were taken say of themselves."""
        return [contents(data, None, light=True)[0] for data in self.stored.values()]


def contents(data: bytes, key: Public | None, light: bool = False) -> tuple[parcel.About, dict[str, bytes]]:
    """Statement and members of a parcel, everything checked that a collector checks; `key`: whose signature it must have.

    `light`: the pack may have been left out.
    """
    assert zstandard.frame_content_size(data) > 0
    raw = zstandard.ZstdDecompressor().decompress(data)
    assert zstandard.frame_content_size(data) == len(raw)
    with tarfile.open(fileobj=BytesIO(raw)) as tar:
        order = tar.getmembers()
        held = {one.name: tar.extractfile(one).read() for one in order}  # type: ignore[union-attr]
    names = [one.name for one in order]
    assert names == [parcel.STATEMENT, *sorted(names[1:])] and {(one.mtime, one.uid, one.gid) for one in order} == {
        (0, 0, 0)
    }
    kind, payload, signatures = opened(held.pop(parcel.STATEMENT), "statement")
    about, digests = parcel.about_of(payload, "statement")
    assert key is None or holds(key, signatures[0][1], pae(kind, payload)), "signed by another key"
    if light and "pack.zip" not in held:
        digests.pop("pack.zip", "")
    assert {name: digest(body)[7:] for name, body in held.items()} == digests
    return about, held


def refused(status: int, code: str, final: bool = False, **headers: str) -> Reply:
    """A refusal as the protocol has it."""
    return status, msgspec.json.encode(Refusal(code, f"{code} is refused", "ask", final)), headers


def _json(status: int, noun: Any) -> Reply:
    return status, msgspec.json.encode(noun), {}


class Cut(Exception):
    """The connection breaks instead of an answer."""


@contextmanager
def serving(desk: Desk, port: int = 0, tls: tuple[Path, Path] | None = None) -> Iterator[str]:
    """The desk on a loopback port; its URL. `tls`: files of certificate and key."""

    class Talk(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                with desk.lock:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    status, data, more = desk.answer(self.command, self.path, headers, body)
                    desk.after(self.command, self.path)
            except Cut:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _answer

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", port), Talk)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()

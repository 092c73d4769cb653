"""One device, one credential: the datagrams to send and what their answers mean. Sans-I/O generators.

`ask` yields Packets and is sent what came back; it returns a Told. Version 3 learns the engine first (RFC 3414 section
4), keeps its boots and time, resynchronizes once on `notInTimeWindows`, and takes the other reports for refusals.
"""

import itertools
import re
import secrets
from collections.abc import Callable, Generator
from typing import NamedTuple

from agent.ask import Snmp
from agent.decode.ber import Pdu, read_message, read_pdu, write_message, write_pdu
from agent.decode.secrets import masked_pdu
from agent.snmp import usm
from agent.snmp.credentials import Credential
from agent.snmp.keys import Stretch, localized, privacy_key, stretches
from model.evidence import Status

FIRST_WAIT, WAIT = 2.0, 4.0  # seconds: for a stranger, and for a device that has answered before
RETRIES = 1
MOST_REPEATS = 60
AUTHORIZATION_ERROR = 16
UNKNOWN_ENGINE = "1.3.6.1.6.3.15.1.1.4"
NOT_IN_TIME = "1.3.6.1.6.3.15.1.1.2"
UNREADABLE = "1.3.6.1.6.3.15.1.1.6"
REPORTS = {
    "1.3.6.1.6.3.15.1.1.1": "unsupported security level",
    "1.3.6.1.6.3.15.1.1.3": "unknown user name",
    "1.3.6.1.6.3.15.1.1.5": "wrong digest",
    UNREADABLE: "decryption error",
}
VLAN = re.compile(r"(?:vlan-)?(\d{1,4})\Z")


class Packet(NamedTuple):
    """One datagram to port 161. `accept`: whether a datagram answers it."""

    payload: bytes
    accept: Callable[[bytes], bool]
    wait: float
    retries: int = RETRIES


class Back(NamedTuple):
    """What came of a packet. `now`: seconds, monotonic."""

    status: Status
    body: bytes | None
    now: float


class Told(NamedTuple):
    """What came of a request. `pdu`: of the response, with secret objects masked."""

    status: Status
    pdu: bytes | None = None
    reason: str = ""


Ask = Generator[Packet, Back, Told]
_numbers = itertools.count(secrets.randbelow(1 << 30))
_salts = itertools.count(secrets.randbits(63))


def number() -> int:
    """A request or message number not used lately."""
    return next(_numbers) & 0x7FFFFFFF


class Community:
    """Versions 1 and 2c."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential
        self._version = 0 if credential.version == "1" else 1
        self._wait = FIRST_WAIT

    def ask(self, request: Snmp, now: float) -> Ask:
        """One request. `now`: seconds, monotonic."""
        back = yield self._packet(request)
        if back.status != "answered" or back.body is None:
            return Told(back.status)
        self._wait = WAIT
        body = read_message(back.body)[2]
        return _response(body, read_pdu(body))

    def _packet(self, request: Snmp) -> Packet:
        request_id = number()
        secret = self._credential.community
        community = secret.reveal() if secret else b""
        vlan = VLAN.match(request.context or self._credential.context)
        if vlan:  # switches that keep a table a VLAN take it as a suffix of the community
            community += b"@" + vlan[1].encode()
        pdu = asking(request, request_id, bulk=self._version > 0)
        version = self._version

        def accept(body: bytes) -> bool:
            found = _pdu(lambda: _of_version(version, body))
            return found is not None and found.kind == "response" and found.request_id == request_id

        return Packet(write_message(version, community, pdu), accept, self._wait)


class User:
    """Version 3. Keeps the engine's id, boots and clock."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential
        self._engine = b""
        self._boots, self._at, self._heard = 0, 0, 0.0
        self._stretch: Stretch = "blumenthal"
        self._proved = False

    def ask(self, request: Snmp, now: float) -> Ask:
        """One request, preceded by discovery if the engine is unknown."""
        if not self._engine:
            back = yield from self._discover()
            if not self._engine:
                return Told(back.status)
            now = back.now
        told = yield from self._try(request, now)
        if told.status in ("silent", "refused") and not self._proved and self._may_stretch(told):
            self._stretch = "reeder"
            told = yield from self._try(request, now)
        if told.status == "silent" and not self._proved:
            return Told("refused", None, "it answers discovery, but not this user")
        return told

    def _may_stretch(self, told: Told) -> bool:
        one = self._credential
        unread = told.status == "silent" or told.reason == REPORTS[UNREADABLE]
        return unread and self._stretch == "blumenthal" and stretches(one.auth, one.priv)

    def _discover(self) -> Generator[Packet, Back, Back]:
        message = number()
        data = usm.write(usm.Door(b""), message, b"", write_pdu("get", number(), ()))

        def accept(body: bytes) -> bool:
            parts = _parts(body)
            return parts is not None and parts.number == message and bool(parts.engine)

        back = yield Packet(data, accept, FIRST_WAIT)
        if back.status == "answered" and back.body is not None:
            self._learn(usm.read(back.body), back.now, new=True)
        return back

    def _learn(self, parts: usm.Parts, now: float, new: bool = False) -> None:
        """The engine's clock, and at discovery its id."""
        if new:
            self._engine = parts.engine
        self._boots, self._at, self._heard = parts.boots, parts.at, now

    def _try(self, request: Snmp, now: float) -> Ask:
        """Ask; once more if the engine's clock was taken for another."""
        told = Told("silent")
        for _ in range(2):
            door = self._door(request, now)
            packet, request_id = self._packet(request, door)
            back = yield packet
            if back.status != "answered" or back.body is None:
                return Told(back.status)
            now = back.now
            told, again = self._told(door, back, request_id)
            if not again:
                return told
        return told

    def _door(self, request: Snmp, now: float) -> usm.Door:
        one = self._credential
        auth = one.auth_secret.reveal() if one.auth_secret else b""
        priv = one.priv_secret.reveal() if one.priv_secret else b""
        return usm.Door(
            one.user.encode(),
            self._engine,
            self._boots,
            min(self._at + int(now - self._heard), 0x7FFFFFFF),
            one.auth,
            localized(one.auth, auth, self._engine) if one.auth else b"",
            one.priv,
            privacy_key(one.auth, one.priv, priv, self._engine, self._stretch) if one.priv else b"",
            (request.context or one.context).encode(),
        )

    def _packet(self, request: Snmp, door: usm.Door) -> tuple[Packet, int]:
        message, request_id = number(), number()
        salt = (next(_salts) & (1 << 64) - 1).to_bytes(8, "big")
        data = usm.write(door, message, salt, asking(request, request_id, bulk=True))

        def accept(body: bytes) -> bool:
            return _ours(body, door, message, request_id)

        return Packet(data, accept, WAIT if self._proved else FIRST_WAIT), request_id

    def _told(self, door: usm.Door, back: Back, request_id: int) -> tuple[Told, bool]:
        """What an accepted answer says, and whether the same should be asked again."""
        assert back.body is not None
        parts = usm.read(back.body)
        body = usm.pdu_of(door, parts)
        pdu = read_pdu(body)
        if pdu.kind == "response":
            self._proved = True
            self._learn(parts, back.now)
            return _response(body, pdu), False
        report = pdu.varbinds[0].oid.rpartition(".")[0] if pdu.varbinds else ""
        if report in (NOT_IN_TIME, UNKNOWN_ENGINE):
            self._learn(parts, back.now, new=report == UNKNOWN_ENGINE)
            return Told("silent", None, "out of its time window"), True
        return Told("refused", None, REPORTS.get(report, "a report of a kind not known here")), False


def asking(request: Snmp, request_id: int, bulk: bool) -> bytes:
    """The PDU of a request; version 1 knows no `bulk` and gets `next`."""
    if request.verb == "bulk" and bulk:
        return write_pdu("bulk", request_id, request.oids, 0, max(1, min(request.repeats, MOST_REPEATS)))
    return write_pdu("get" if request.verb == "get" else "next", request_id, request.oids)


def _response(body: bytes, pdu: Pdu) -> Told:
    """A response is an answer, whatever its error, unless it denies the credential itself."""
    if pdu.error_status == AUTHORIZATION_ERROR:
        return Told("refused", masked_pdu(body), "authorization error")
    return Told("answered", masked_pdu(body))


def _ours(body: bytes, door: usm.Door, message: int, request_id: int) -> bool:
    """A response to this request with the door's signature, or a report on this message."""
    parts = _parts(body)
    if parts is None or parts.number != message:
        return False
    signed = usm.signed(door, body, parts)
    pdu = _pdu(lambda: usm.pdu_of(door, parts)) if signed or not parts.sealed else None
    if pdu is None:
        return False
    if pdu.kind == "response":
        # A response may not be less protected than the question was.
        return (signed or not door.auth) and (parts.sealed or not door.priv) and pdu.request_id == request_id
    # Reports on a wrong user or digest cannot be signed; a clock is only believed under a signature.
    clock = bool(pdu.varbinds) and pdu.varbinds[0].oid.startswith(NOT_IN_TIME + ".")
    return pdu.kind == "report" and (signed or not clock or not door.auth)


def _parts(body: bytes) -> usm.Parts | None:
    try:
        return usm.read(body)
    except ValueError:
        return None


def _of_version(version: int, body: bytes) -> bytes:
    found, _, pdu = read_message(body)
    if found != version:
        raise ValueError("another version")
    return pdu


def _pdu(read: Callable[[], bytes]) -> Pdu | None:
    try:
        return read_pdu(read())
    except ValueError:
        return None

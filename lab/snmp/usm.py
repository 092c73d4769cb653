"""User security of SNMPv3 for an agent: engine discovery, reports, SHA-256 authentication, AES-256 privacy.

Sources: RFC 3412 (messages), RFC 3414 (discovery, reports, time window, keys), RFC 7860 (HMAC-192-SHA-256), RFC 3826
(AES in CFB). With SHA-256 a localized key already has the 32 bytes of AES-256: the rival key extensions do not matter.
"""

import hashlib
import hmac
from collections.abc import Callable

import msgspec
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from lab.snmp import ber

BOOTS = 7
WINDOW = 150  # seconds, RFC 3414 2.2.3
AUTH, PRIV, REPORTABLE = 1, 2, 4
_STATS = (1, 3, 6, 1, 6, 3, 15, 1, 1)
_NOT_IN_WINDOW, _UNKNOWN_USER, _UNKNOWN_ENGINE, _WRONG_DIGEST, _UNSUPPORTED = 2, 3, 4, 5, 1
Answer = Callable[[int, bytes, str], bytes | None]


class User(msgspec.Struct, frozen=True):
    """One user with SHA-256 and AES-256 passwords."""

    name: str
    auth: str
    priv: str


def localized(password: str, engine: bytes) -> bytes:
    """RFC 3414 A.2 with SHA-256: a key of 32 bytes for one engine."""
    text = password.encode()
    stretched = hashlib.sha256((text * (1_048_576 // len(text) + 1))[:1_048_576]).digest()
    return hashlib.sha256(stretched + engine + stretched).digest()


class Usm:
    """Answers version 3 messages sent to one engine; users it does not know get the report that RFC 3414 asks for."""

    def __init__(self, engine: bytes, user: User | None, clock: Callable[[], float]) -> None:
        self._engine, self._user, self._clock, self._salt = engine, user, clock, 0
        self._auth = localized(user.auth, engine) if user else b""
        self._priv = localized(user.priv, engine) if user else b""

    def reply(self, message: bytes, answer: Answer) -> bytes | None:
        """The whole answering message; None for what RFC 3412 lets an agent drop."""
        _, (_, head), (_, security), (kind, data) = ber.elements(ber.element(message)[1])
        (_, number), _, (_, flags), _ = ber.elements(head)
        (_, engine), (_, boots), (_, time), (_, name), (_, digest), (_, salt) = ber.elements(ber.element(security)[1])
        said = flags[0]
        if engine != self._engine:
            return self._report(number, _UNKNOWN_ENGINE, said)
        if self._user is None or name != self._user.name.encode():
            return self._report(number, _UNKNOWN_USER, said)
        if not said & AUTH or not said & PRIV:
            return self._report(number, _UNSUPPORTED, said)
        if not hmac.compare_digest(self._digest(message.replace(digest, bytes(24), 1)), digest):
            return self._report(number, _WRONG_DIGEST, said)
        if ber.number(boots) != BOOTS or abs(ber.number(time) - self._now()) > WINDOW:
            return self._report(number, _NOT_IN_WINDOW, said, AUTH)
        clear = self._crypt(data, boots, time, salt, seal=False) if kind == ber.OCTETS else b""
        return self._scoped(number, clear, answer)

    def _scoped(self, number: bytes, clear: bytes, answer: Answer) -> bytes | None:
        (_, engine), (_, context), pdu = ber.elements(ber.element(clear)[1])
        response = answer(*pdu, context.decode("ascii", "replace"))
        if response is None:
            return None
        return self._message(number, ber.sequence(ber.octets(engine), ber.octets(context), response), AUTH | PRIV)

    def _report(self, number: bytes, fault: int, said: int, level: int = 0) -> bytes | None:
        if not said & REPORTABLE:
            return None
        bind = ber.sequence(ber.oid((*_STATS, fault, 0)), ber.integer(1, ber.COUNTER))
        pdu = ber.sequence(ber.integer(0), ber.integer(0), ber.integer(0), ber.sequence(bind), tag=ber.REPORT)
        return self._message(number, ber.sequence(ber.octets(self._engine), ber.octets(b""), pdu), level)

    def _message(self, number: bytes, scoped: bytes, level: int) -> bytes:
        boots, time, salt = ber.integer(BOOTS), ber.integer(self._now()), b""
        data = scoped
        if level & PRIV:
            self._salt += 1
            salt = self._salt.to_bytes(8, "big")
            sealed = self._crypt(scoped, bytes((BOOTS,)), self._now().to_bytes(4, "big"), salt, seal=True)
            data = ber.octets(sealed)
        name = self._user.name.encode() if self._user and level else b""
        return self._signed((number, level), (boots, time, name, salt), data)

    def _signed(self, head: tuple[bytes, int], user: tuple[bytes, bytes, bytes, bytes], data: bytes) -> bytes:
        number, level = head
        boots, time, name, salt = user

        def whole(digest: bytes) -> bytes:
            flags = ber.octets(bytes((level,)))
            header = ber.sequence(ber.tlv(ber.INTEGER, number), ber.integer(65507), flags, ber.integer(3))
            parts = (ber.octets(self._engine), boots, time, ber.octets(name), ber.octets(digest), ber.octets(salt))
            return ber.sequence(ber.integer(3), header, ber.octets(ber.sequence(*parts)), data)

        if not level & AUTH:
            return whole(b"")
        return whole(self._digest(whole(bytes(24))))

    def _digest(self, message: bytes) -> bytes:
        return hmac.new(self._auth, message, hashlib.sha256).digest()[:24]

    def _crypt(self, data: bytes, boots: bytes, time: bytes, salt: bytes, *, seal: bool) -> bytes:
        nonce = ber.number(boots).to_bytes(4, "big") + ber.number(time).to_bytes(4, "big") + salt
        cipher = Cipher(algorithms.AES(self._priv), CFB(nonce))
        work = cipher.encryptor() if seal else cipher.decryptor()
        return work.update(data) + work.finalize()

    def _now(self) -> int:
        return 1000 + int(self._clock())

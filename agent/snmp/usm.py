"""SNMPv3 messages: written and signed, and taken apart within bounds. Pure. Sources: RFC 3412 section 6, RFC 3414."""

import hmac

import msgspec

from agent.decode.ber import MAX_SIZE
from agent.decode.tlv import element, expect, header, int_bytes, integer
from agent.snmp.keys import HASHES, decrypted, encrypted, signature

AUTH, PRIV, REPORTABLE = 1, 2, 4
LONGEST_ENGINE = 32


class Door(msgspec.Struct, frozen=True):
    """What a message is sealed with. Keys are localized; `engine`, `boots` and `at` (seconds) are the device's."""

    user: bytes
    engine: bytes = b""
    boots: int = 0
    at: int = 0
    auth: str = ""
    auth_key: bytes = b""
    priv: str = ""
    priv_key: bytes = b""
    context: bytes = b""

    def __repr__(self) -> str:  # keys must not stand in crash output
        return "Door(...)"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return []


class Parts(msgspec.Struct, frozen=True):
    """A message taken apart; `sealed`: whether `scoped` is ciphertext; `auth_at`: where its signature stands."""

    number: int
    flags: int
    engine: bytes
    boots: int
    at: int
    user: bytes
    auth_at: tuple[int, int]
    salt: bytes
    sealed: bool
    scoped: bytes


def write(door: Door, number: int, salt: bytes, pdu: bytes) -> bytes:
    """The message `number` around `pdu`, at the level of security that the door's keys allow."""
    scoped = element(0x30, element(0x04, door.engine) + element(0x04, door.context) + pdu)
    flags = REPORTABLE | (AUTH if door.auth else 0) | (PRIV if door.priv else 0)
    if door.priv:
        scoped = element(0x04, encrypted(door.priv, door.priv_key, door.boots, door.at, salt, scoped))
    blank = bytes(HASHES[door.auth][1]) if door.auth else b""
    security = (
        element(0x04, door.engine)
        + int_bytes(door.boots)
        + int_bytes(door.at)
        + element(0x04, door.user)
        + element(0x04, blank)
        + element(0x04, salt if door.priv else b"")
    )
    common = int_bytes(number) + int_bytes(65_507) + element(0x04, bytes([flags])) + int_bytes(3)
    message = element(0x30, int_bytes(3) + element(0x30, common) + element(0x04, element(0x30, security)) + scoped)
    if not door.auth:
        return message
    first, past = read(message).auth_at
    return message[:first] + signature(door.auth, door.auth_key, message) + message[past:]


def read(data: bytes) -> Parts:
    """The parts of a version 3 message; ValueError with a short reason if it is none."""
    if len(data) > MAX_SIZE:
        raise ValueError("longer than a datagram")
    at, end = expect(data, 0, len(data), 0x30, "message")
    version, at = _number(data, at, end)
    common, at = expect(data, at, end, 0x30, "global data")
    number, common = _number(data, common, at)
    _, common = _number(data, common, at)
    first, past = expect(data, common, at, 0x04, "flags")
    if version != 3 or past - first != 1:
        raise ValueError("no version 3 message, or odd flags")
    flags = data[first]
    model, _ = _number(data, past, at)
    if model != 3:
        raise ValueError("another security model")
    outer, at = expect(data, at, end, 0x04, "security parameters")
    security = _security(data, outer, at)
    tag, _, past = header(data, at, end)
    inner = data[at:past]
    if tag == 0x04:
        first, past = expect(data, at, end, 0x04, "sealed data")
        inner = data[first:past]
    elif tag != 0x30:
        raise ValueError("no scoped PDU")
    return Parts(number, flags, *security, tag == 0x04, inner)


def _number(data: bytes, at: int, end: int) -> tuple[int, int]:
    first, past = expect(data, at, end, 0x02, "number")
    return integer(data, first, past), past


def _security(data: bytes, at: int, end: int) -> tuple[bytes, int, int, bytes, tuple[int, int], bytes]:
    at, end = expect(data, at, end, 0x30, "security sequence")
    first, at = expect(data, at, end, 0x04, "engine id")
    engine = data[first:at]
    if len(engine) > LONGEST_ENGINE:
        raise ValueError("an engine id longer than 32 bytes")
    boots, at = _number(data, at, end)
    seconds, at = _number(data, at, end)
    if not (0 <= boots < 1 << 31 and 0 <= seconds < 1 << 31):
        raise ValueError("boots or time out of range")
    first, at = expect(data, at, end, 0x04, "user")
    user = data[first:at]
    auth_at = expect(data, at, end, 0x04, "signature")
    first, past = expect(data, auth_at[1], end, 0x04, "salt")
    return engine, boots, seconds, user, auth_at, data[first:past]


def signed(door: Door, data: bytes, parts: Parts) -> bool:
    """Whether the message carries the signature that the door's key makes."""
    first, past = parts.auth_at
    if not door.auth or past - first != HASHES[door.auth][1]:
        return False
    blanked = data[:first] + bytes(past - first) + data[past:]
    return hmac.compare_digest(signature(door.auth, door.auth_key, blanked), data[first:past])


def pdu_of(door: Door, parts: Parts) -> bytes:
    """The PDU inside, unsealed if need be; ValueError where that fails."""
    scoped = parts.scoped
    if parts.sealed:
        scoped = decrypted(door.priv, door.priv_key, parts.boots, parts.at, parts.salt, scoped)
    at, end = expect(scoped, 0, len(scoped), 0x30, "scoped PDU")
    _, at = expect(scoped, at, end, 0x04, "context engine")
    _, at = expect(scoped, at, end, 0x04, "context name")
    _, _, past = header(scoped, at, end)
    return scoped[at:past]

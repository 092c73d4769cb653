"""Keys against pysnmp's, and against RFC 3414's worked examples; secrets that do not show; forged answers."""

from __future__ import annotations

import copy
import pickle

import pytest
from pyasn1.type.univ import OctetString
from pysnmp.proto.secmod.rfc3414.auth import hmacmd5, hmacsha
from pysnmp.proto.secmod.rfc3414.localkey import hash_passphrase_md5, hash_passphrase_sha
from pysnmp.proto.secmod.rfc7860.auth import hmacsha2

from agent.ask import Snmp
from agent.decode.ber import Varbind, write_pdu
from agent.snmp import usm
from agent.snmp.credentials import Credential
from agent.snmp.keys import decrypted, encrypted, localized, master_key, privacy_key, stretches
from agent.snmp.secret import Secret
from agent.snmp.session import Back, User
from model.spans import spans

ENGINE = bytes.fromhex("000000000000000000000002")  # RFC 3414 appendix A.3
SAMPLE = b"maplesyrup"


def test_the_rfc_examples() -> None:
    assert master_key("md5", SAMPLE).hex() == "9faf3283884e92834ebc9847d8edd963"
    assert localized("md5", SAMPLE, ENGINE).hex() == "526f5eed9fcce26f8964c2930787d82b"
    assert master_key("sha", SAMPLE).hex() == "9fb5cc0381497b3793528939ff788d5d79145211"
    assert localized("sha", SAMPLE, ENGINE).hex() == "6695febc9288e36282235fc7151f128497b38f3f"


@pytest.mark.parametrize("passphrase", [b"x" * 8, b"maplesyrup", b"\xff" * 33])
def test_keys_as_pysnmp_makes_them(passphrase: bytes) -> None:
    engine = bytes(range(17))
    assert master_key("md5", passphrase) == bytes(hash_passphrase_md5(passphrase))
    assert master_key("sha", passphrase) == bytes(hash_passphrase_sha(passphrase))
    for auth, judge in (
        ("md5", hmacmd5.HmacMd5()),
        ("sha", hmacsha.HmacSha()),
        ("sha224", hmacsha2.HmacSha2(hmacsha2.HmacSha2.SHA224_SERVICE_ID)),
        ("sha256", hmacsha2.HmacSha2(hmacsha2.HmacSha2.SHA256_SERVICE_ID)),
        ("sha384", hmacsha2.HmacSha2(hmacsha2.HmacSha2.SAH384_SERVICE_ID)),
        ("sha512", hmacsha2.HmacSha2(hmacsha2.HmacSha2.SHA512_SERVICE_ID)),
    ):
        assert localized(auth, passphrase, engine) == bytes(
            judge.localize_key(judge.hash_passphrase(passphrase), OctetString(engine))
        )


def test_stretched_keys_as_pysnmp_makes_them() -> None:
    from pysnmp.proto.secmod.eso.priv import aes192, aes256
    from pysnmp.proto.secmod.rfc3414.auth import hmacsha as sha

    engine = bytes(range(13))
    for priv, stretch, judge in (
        ("aes192", "blumenthal", aes192.AesBlumenthal192()),
        ("aes256", "blumenthal", aes256.AesBlumenthal256()),
        ("aes192", "reeder", aes192.Aes192()),
        ("aes256", "reeder", aes256.Aes256()),
    ):
        hashed = judge.hash_passphrase(sha.HmacSha.SERVICE_ID, SAMPLE)
        expected = bytes(judge.localize_key(sha.HmacSha.SERVICE_ID, hashed, OctetString(engine)))
        assert privacy_key("sha", priv, SAMPLE, engine, stretch) == expected[: judge.KEY_SIZE]  # type: ignore[arg-type]


@pytest.mark.parametrize("priv", ["des", "aes128", "aes192", "aes256"])
def test_ciphers_go_there_and_back(priv: str) -> None:
    key = privacy_key("sha", priv, SAMPLE, ENGINE, "reeder")
    sealed = encrypted(priv, key, 3, 99, b"saltsalt", b"plain text of odd size")
    assert sealed != b"plain text of odd size"
    assert decrypted(priv, key, 3, 99, b"saltsalt", sealed).startswith(b"plain text of odd size")
    with pytest.raises(ValueError, match="wrong size"):
        decrypted(priv, key, 3, 99, b"short", sealed)


def test_which_pairs_stretch() -> None:
    assert stretches("sha", "aes192")
    assert stretches("md5", "aes256")
    assert not stretches("sha256", "aes256")
    assert not stretches("sha", "aes128")
    assert not stretches("sha", "")


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret(b"planted")
    for text in (repr(secret), f"{secret}", f"{secret!s:>20}", repr([secret]), repr(vars(type(secret)))):
        assert "planted" not in text
    for attempt in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="not written down"):
            attempt(secret)
    assert secret.reveal() == b"planted"
    assert "planted" not in repr(usm.Door(b"u", auth_key=b"planted", priv_key=b"planted"))


USER = Credential("c", "3", spans(["10.0.0.0/8"]), user="u", auth="sha256", auth_secret=Secret(b"passphrase"))
OTHER = b"\x80\x00\x1f\x88\x04test"
ASK = Snmp("x", "get", ("1.3.6.1.2.1.1.1.0",))


def door(auth: bool = True) -> usm.Door:
    key = localized("sha256", b"passphrase", OTHER)
    return usm.Door(b"u", OTHER, 3, 500, "sha256" if auth else "", key if auth else b"")


def answer(packet: bytes, auth: bool = True, kind: str = "response", oid: str = "1.3.6.1.2.1.1.1.0") -> bytes:
    """What an agent would say to `packet`; without `auth`, what a forger can."""
    parts = usm.read(packet)
    number = 1 if parts.sealed or not parts.user else usm_request(packet)
    return usm.write(door(auth), parts.number, b"", write_pdu(kind, number, [Varbind(oid, "octets", b"forged")]))


def usm_request(packet: bytes) -> int:
    from agent.decode.ber import read_pdu

    return read_pdu(usm.pdu_of(usm.Door(b""), usm.read(packet))).request_id


def test_forged_answers_are_not_believed() -> None:
    """A response without signature, one with a broken signature, an unsigned clock: none answers; the true one does."""
    talk = User(USER).ask(ASK, 0.0)
    hello = next(talk)
    question = talk.send(Back("answered", answer(hello.payload, auth=False, kind="report"), 1.0))
    true = answer(question.payload)
    assert question.accept(true)
    assert not question.accept(answer(question.payload, auth=False))
    assert not question.accept(true[:-1] + bytes([true[-1] ^ 1]))
    assert not question.accept(answer(question.payload, auth=False, kind="report", oid="1.3.6.1.6.3.15.1.1.2.0"))
    assert not question.accept(answer(hello.payload))
    assert not question.accept(b"\x30\x00")
    assert question.accept(answer(question.payload, auth=False, kind="report", oid="1.3.6.1.6.3.15.1.1.5.0"))
    with pytest.raises(StopIteration) as told:
        talk.send(Back("answered", true, 2.0))
    assert told.value.value.status == "answered"

"""Signing by a card, SoftHSM standing for it: the one PIN and its one try, what is on the card, what is not."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from agent.signing import card
from tests.agent.cli import Shell, Told
from tests.agent.signing.pki import KEYS, Pki

pytestmark = pytest.mark.needs("softhsm2-util", "openssl", "py:typst", "py:pkcs11")
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
PIN = "246810"


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory, pki: Pki, command: Callable[[str], str]) -> Iterator[Path]:
    """SoftHSM's module with two cards: `work` (P-256 and RSA keys, an authority's certificate too), `home` (empty)."""
    found = next((Path(name) for name in MODULES if Path(name).exists()), None)
    if found is None:
        pytest.skip("needs SoftHSM's module")
    room = tmp_path_factory.mktemp("softhsm")
    (room / "tokens").mkdir()
    (room / "softhsm2.conf").write_text(f"directories.tokendir = {room}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(room / "softhsm2.conf")
    for label in ("work", "home"):
        line = [command("softhsm2-util"), "--init-token", "--free", "--label", label, "--so-pin", "1357", "--pin", PIN]
        subprocess.run(line, check=True, capture_output=True, timeout=30)
    for number, kind in enumerate(("p256", "rsa2048"), 1):
        cert, key = pki.leaf(f"Cardholder {kind}", KEYS[kind]())
        line = [
            command("softhsm2-util"),
            "--import",
            key,
            "--token",
            "work",
            "--label",
            f"key {kind}",
            "--id",
            f"0{number}",
        ]
        subprocess.run([*line, "--pin", PIN], check=True, capture_output=True, timeout=30)
        _put(found, f"cert {kind}", bytes([number]), cert)
    _put(found, "authority", b"\x09", pki.ca)
    yield found
    del os.environ["SOFTHSM2_CONF"]


def _put(module: Path, label: str, number: bytes, pem: Path) -> None:
    """A certificate onto the card `work`, as whoever issues cards does."""
    import pkcs11
    from pkcs11 import Attribute, CertificateType, ObjectClass

    held = x509.load_pem_x509_certificate(pem.read_bytes())
    with pkcs11.lib(str(module)).get_token(token_label="work").open(rw=True, user_pin=PIN) as session:
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: label,
                Attribute.ID: number,
                Attribute.SUBJECT: held.subject.public_bytes(),
                Attribute.VALUE: held.public_bytes(serialization.Encoding.DER),
            }
        )


Sign = Callable[..., Told]


@pytest.fixture
def sign(shell: Shell, paper: Path, module: Path) -> Sign:
    """`laydown sign` by the card `work`, unless `words` say otherwise."""
    (paper.parent / "pin").write_text(PIN)

    def run(*words: Any, token: str = "work", pin: str = "pin") -> Told:
        line = ["sign", paper, "--pkcs11-module", module, "--token-label", token, "--pin-file", paper.parent / pin]
        return shell(*line, "--no-timestamp", *words)

    return run


def left(paper: Path) -> set[str]:
    """What is beside the paper, but for what the test put there."""
    return {one.name for one in paper.parent.iterdir()} - {"paper.pdf", "hq", "pin", "wrong", "secret"}


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_a_card_signs_and_stamps(
    kind: str, sign: Sign, shell: Shell, paper: Path, pki: Pki, tsa: str, module: Path
) -> None:
    line = [
        "sign",
        paper,
        "--pkcs11-module",
        module,
        "--token-label",
        "work",
        "--pin-file",
        paper.parent / "pin",
        "--fips",
    ]
    answer = shell(*line, "--tsa", tsa, "--cert-label", f"cert {kind}")
    assert answer.code == 0 and f"Cardholder {kind}" in answer.out[0], answer.err
    out = paper.with_name("paper.signed.pdf")
    said = shell("verify", out, "--trust", pki.ca, "--crl", pki.crl({}), "--report", paper.parent / "hq", "--json").json
    assert {one["what"] for one in said if one["state"] != "ok"} == {"answers"}
    done = subprocess.run(
        [_pyhanko(), "sign", "validate", "--trust-replace", "--trust", pki.ca, out], capture_output=True, text=True
    )
    assert "INTACT:TRUSTED,TIMESTAMP_TOKEN" in done.stdout, done.stdout + done.stderr


def _pyhanko() -> Path:
    import sys

    return Path(sys.executable).with_name("pyhanko")


def test_a_wrong_pin_is_tried_once_and_nothing_is_written(
    sign: Sign, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (paper.parent / "wrong").write_text("000000")
    asked: list[Any] = []
    real = card._session

    def counted(token: Any, pin: Any, where: str) -> Any:
        return real(token, lambda: asked.append(1) or pin(), where)

    monkeypatch.setattr(card, "_session", counted)
    answer = sign("--cert-label", "cert p256", pin="wrong")
    assert answer.code == 1 and "tried once" in answer.err[0] and "000000" not in answer.err[0]
    assert asked == [1] and left(paper) == set()
    assert sign("--cert-label", "cert p256").code == 0, "and the card is not locked by it"


def test_a_pin_is_not_tried_where_it_could_lock_the_card() -> None:
    from pkcs11 import TokenFlag

    usual = TokenFlag.LOGIN_REQUIRED | TokenFlag.USER_PIN_INITIALIZED | TokenFlag.TOKEN_INITIALIZED
    assert card.blocked(usual) == card.blocked(usual | TokenFlag.USER_PIN_COUNT_LOW) == ""
    assert "lock" in card.blocked(usual | TokenFlag.USER_PIN_FINAL_TRY)
    assert "is locked" in card.blocked(usual | TokenFlag.USER_PIN_LOCKED | TokenFlag.USER_PIN_FINAL_TRY)


@pytest.mark.parametrize(
    ("words", "token", "named"),
    [
        ((), "absent", "no card 'absent' (there: '"),
        (("--slot", "7"), "work", "no card 'work' in slot 7"),
        ((), "", "2 cards fit"),
        ((), "work", "2 certificates with a key fit"),
        (("--cert-label", "nobody"), "work", "'cert p256'"),
        (("--cert-label", "cert p256", "--key-label", "nobody"), "work", "0 certificates"),
        ((), "home", "certificates there: none"),
        (("--cert-label", "authority", "--key-label", "key p256"), "work", "an authority's certificate"),
        (("--cert-label", "cert p256", "--key-label", "key rsa2048"), "work", "not the certificate's"),
        (("--pkcs11-module", "/nowhere/x.so"), "work", "no PKCS #11 module"),
        (("--pkcs11-module", __file__), "work", "does not work"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    words: tuple[str, ...], token: str, named: str, sign: Sign, paper: Path
) -> None:
    answer = sign(*words, token=token)
    assert answer.code in (1, 2) and len(answer.err) == 1, answer
    assert named in answer.err[0] and answer.err[0].count(": ") >= 2
    assert left(paper) == set()


def test_no_pin_and_no_terminal(shell: Shell, paper: Path, module: Path) -> None:
    answer = shell("sign", paper, "--pkcs11-module", module, "--token-label", "work", "--no-timestamp")
    assert answer.code == 2 and "--pin-file" in answer.err[0]


def test_a_terminal_asks_for_the_pin_and_shows_nothing_of_it(paper: Path, module: Path) -> None:
    """On a terminal of its own, as a person sits at one."""
    import pty
    import sys

    master, slave = pty.openpty()
    line = [
        sys.executable,
        "-c",
        "from agent.command import main\nmain()",
        "sign",
        str(paper),
        "--pkcs11-module",
        str(module),
    ]
    line += ["--token-label", "work", "--cert-label", "cert p256", "--no-timestamp"]
    with subprocess.Popen(line, stdin=slave, stdout=slave, stderr=slave, start_new_session=True) as running:
        os.close(slave)
        said = _until(master, b"PIN of the card")
        os.write(master, f"{PIN}\n".encode())
        said += _until(master, b"verify with")
        assert running.wait(timeout=30) == 0
    os.close(master)
    assert b"signed by Cardholder p256" in said and PIN.encode() not in said


def _until(terminal: int, words: bytes, limit: int = 100) -> bytes:
    said = b""
    for _ in range(limit):
        said += os.read(terminal, 4096)
        if words in said:
            return said
    raise AssertionError(said)

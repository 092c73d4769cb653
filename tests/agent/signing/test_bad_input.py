"""Whatever hinders a signature is one line with its remedy, and nothing is written, not even half."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.agent.cli import Shell, Told, clear
from tests.agent.signing.pki import DAY, KEYS, NOW, Pki, served, stamper

pytestmark = pytest.mark.needs("openssl", "py:typst", "py:pyhanko")
Sign = Callable[..., Told]


@pytest.fixture
def sign(shell: Shell, paper: Path, jo: Path, secret: Path) -> Sign:
    """`laydown sign PAPER` by Jo's file, unless `words` say otherwise; a repeated option counts by its last."""

    def run(*words: Any, file: Path = paper, stamp: tuple[str, ...] = ("--no-timestamp",)) -> Told:
        return shell("sign", file, "--pkcs12", jo, "--pkcs12-passphrase-file", secret, *stamp, *words)

    return run


def refused(answer: Told, paper: Path, *words: str, code: int = 1) -> None:
    """One line that says these words, and no new file."""
    assert answer.code == code, answer
    clear(answer, *words)
    assert {one.name for one in paper.parent.iterdir()} <= {"paper.pdf", "hq", "secret", "wrong", "other.pdf"}


def test_wrong_passphrase_and_wrong_file(sign: Sign, paper: Path) -> None:
    (paper.parent / "wrong").write_text("open barley\n")
    refused(sign("--pkcs12-passphrase-file", paper.parent / "wrong"), paper, "not with this passphrase")
    refused(sign("--pkcs12", paper), paper, "no PKCS #12 file")
    refused(sign("--pkcs12", paper.parent / "none.p12"), paper, "cannot be read", code=2)


def test_an_open_file_that_others_can_read(shell: Shell, paper: Path, pki: Pki, command: Callable[[str], str]) -> None:
    file = pki.p12(command("openssl"), "Open File", password="")
    file.chmod(0o644)
    refused(shell("sign", paper, "--pkcs12", file, "--no-timestamp"), paper, "others than its owner", "chmod 600")
    file.chmod(0o600)
    assert shell("sign", paper, "--pkcs12", file, "--no-timestamp").code == 0


def test_a_file_of_certificates_alone(
    sign: Sign, paper: Path, pki: Pki, command: Callable[[str], str], tmp_path_factory: Any
) -> None:
    out = tmp_path_factory.mktemp("p12") / "certs.p12"
    line = [command("openssl"), "pkcs12", "-export", "-nokeys", "-in", pki.ca, "-out", out, "-passout", "pass:sesame"]
    subprocess.run(line, check=True, capture_output=True, timeout=30)
    refused(sign("--pkcs12", out), paper, "holds no key of a person")


CERTIFICATES: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"ends": -timedelta(hours=1)}, "not valid now"),
    "early": ({"starts": DAY}, "not valid now"),
    "encipher": ({"usage": "encipher"}, "not made for signing"),
    "ca": ({"usage": "ca"}, "an authority's certificate"),
    "weak": ({"key": "rsa1024"}, "RSA of 1024 bits is too weak"),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_wrong_certificate(name: str, sign: Sign, paper: Path, pki: Pki, command: Callable[[str], str]) -> None:
    given, said = CERTIFICATES[name]
    made = {key: KEYS[value]() if key == "key" else value for key, value in given.items()}
    refused(sign("--pkcs12", pki.p12(command("openssl"), f"No {name}", **made)), paper, f"No {name}", said)


def test_a_revoked_certificate_and_a_stranger(sign: Sign, paper: Path, pki: Pki, tmp_path_factory: Any) -> None:
    crl = pki.crl({pki.folder / "jo-muster.pem": NOW - DAY})
    refused(sign("--trust", pki.ca, "--crl", crl), paper, "revocation", "Jo Muster was revoked at")
    stranger = Pki(tmp_path_factory.mktemp("stranger"), "Another Root")
    refused(sign("--trust", stranger.ca), paper, "no chain leads to an authority")
    refused(sign("--trust", paper), paper, "no certificate in PEM or DER", code=2)
    refused(sign("--crl", pki.ca), paper, "no list of revoked certificates", code=2)
    assert sign("--trust", pki.ca, "--crl", pki.crl({})).code == 0


def changed(data: bytes) -> bytes:
    """The paper with another filing inside."""
    with pikepdf.open(BytesIO(data)) as held:
        del held.Root.AF
        out = BytesIO()
        held.save(out)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    with pikepdf.open(BytesIO(data)) as held:
        out = BytesIO()
        held.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


FILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "text": (lambda data: b"hello", "no PDF"),
    "empty": (lambda data: b"", "no PDF"),
    "cut": (lambda data: data[: len(data) // 2], "a damaged PDF"),
    "header": (lambda data: b"%PDF-1.7\n", "a damaged PDF"),
    "locked": (locked, "an encrypted PDF"),
    "stranger's": (changed, "carries no filing.json"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_paper(name: str, sign: Sign, shell: Shell, paper: Path, drafted: bytes) -> None:
    make, said = FILES[name]
    other = paper.with_name("other.pdf")
    other.write_bytes(make(drafted))
    refused(sign(file=other), paper, str(other), said)
    verified = shell("verify", other)
    assert verified.code == 1 and verified.out[0].startswith("FAILED") and said in verified.out[0]


def test_a_paper_that_nobody_signed_fails(shell: Shell, paper: Path) -> None:
    answer = shell("verify", paper)
    assert answer.code == 1 and "nobody has signed this paper" in answer.out[0]


def test_a_paper_changed_after_a_signature_is_not_signed_again(sign: Sign, paper: Path) -> None:
    assert sign().code == 0
    signed = paper.with_name("paper.signed.pdf")
    data = bytearray(signed.read_bytes())
    data[data.index(b"BT 0 Tr") if b"BT 0 Tr" in data else 5000] ^= 1
    signed.write_bytes(data)
    answer = sign("--line", "2", file=signed)
    assert (
        answer.code == 1
        and len(answer.err) == 1
        and ("changed after it was signed" in answer.err[0] or "damaged" in answer.err[0])
    )
    assert not paper.with_name("paper.signed-2.pdf").exists()


ANSWERS: dict[str, tuple[Any, str]] = {
    "refuses": (503, "HTTP"),
    "moves": (302, "HTTP"),
    "text": (b"<html>welcome</html>", "no time stamp"),
    "empty": (b"", "no time stamp"),
    "large": (b"0" * 300_000, "larger than"),
    "rejects": (bytes.fromhex("30053003020102"), "refuses (rejection)"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_authority_that_answers_something_else(name: str, sign: Sign, shell: Shell, paper: Path) -> None:
    answer, said = ANSWERS[name]
    with served(lambda query: answer) as url:
        refused(sign(stamp=("--tsa", url)), paper, url, said, "nothing was written")


def test_an_authority_that_stamps_something_else(
    sign: Sign, paper: Path, pki: Pki, command: Callable[[str], str], tmp_path_factory: Any
) -> None:
    """A right token over another digest, with the nonce that was sent."""
    other = Pki(tmp_path_factory.mktemp("other"))
    stamp = stamper(command("openssl"), other)
    from asn1crypto import tsp

    def lie(query: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(query)
        asked["message_imprint"]["hashed_message"] = b"\x00" * 32
        made: bytes = stamp(asked.dump(force=True))
        return made

    with served(lie) as url:
        refused(sign(stamp=("--tsa", url)), paper, "does not hold", "time stamp")


def test_an_authority_that_refuses_is_quoted(
    sign: Sign, paper: Path, command: Callable[[str], str], tmp_path_factory: Any
) -> None:
    stamp = stamper(command("openssl"), Pki(tmp_path_factory.mktemp("strict")))

    def strict(query: bytes) -> bytes:
        from asn1crypto import tsp

        asked = tsp.TimeStampReq.load(query)
        asked["req_policy"] = "1.2.3.4"
        made: bytes = stamp(asked.dump(force=True))
        return made

    with served(strict) as url:
        refused(sign(stamp=("--tsa", url)), paper, url, "refuses (rejection", "unaccepted_policy")


def test_an_authority_that_is_not_there(sign: Sign, paper: Path) -> None:
    with served(lambda query: b"") as url:
        pass
    refused(sign(stamp=("--tsa", url)), paper, url, "cannot be reached", "--no-timestamp")
    refused(sign(stamp=("--tsa", "ftp://127.0.0.1/x")), paper, "no http or https address", code=2)
    refused(sign(stamp=()), paper, "--tsa URL, or --no-timestamp", code=2)
    refused(sign(stamp=("--tsa", url, "--no-timestamp")), paper, "name one of them", code=2)


def test_a_disk_that_refuses_leaves_nothing(sign: Sign, paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second file cannot take its place: the first is taken back."""
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name.endswith(".dsse.json"):
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    refused(sign(), paper, "No space left on device")


def test_wrong_use(sign: Sign, shell: Shell, paper: Path, jo: Path) -> None:
    refused(shell("sign", paper, "--no-timestamp"), paper, "--pkcs12 FILE or --pkcs11-module FILE", code=2)
    refused(sign("--pkcs11-module", "x.so"), paper, "one of them", code=2)
    refused(sign("--line", "0"), paper, "no such line", "For the entity", code=2)
    refused(shell("sign", paper.parent / "hq", "--pkcs12", jo), paper, "--key FILE", code=2)
    refused(shell("verify", paper.parent / "none.pdf"), paper, "no such folder or file", code=2)
    refused(shell("verify", paper.parent / "hq", "--report", paper.parent), paper, "about a signed paper", code=2)


def test_no_secret_is_ever_printed(sign: Sign, paper: Path, secret: Path) -> None:
    for words in ((), ("--pkcs12", str(paper)), ("--line", "9")):
        answer = sign(*words)
        assert "sesame" not in " ".join(answer.out + answer.err)

"""A person's signature on a paper, made with a PKCS #12 file and stamped by `openssl ts`, judged by four others' programs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509

from agent.signing.person import keyid
from model.answers import Answers, Signer
from model.statement import opened, pae
from reporters.forms import far_52_204_26
from tests.agent.cli import Shell
from tests.agent.signing.pki import KEYS, Pki
from tests.reporters import sample
from tests.reporters.pages import pages_of

pytestmark = pytest.mark.needs("openssl", "py:typst", "py:pyhanko")
STATES = dict[str, str]


def told(shell: Shell, *words: Any) -> STATES:
    """{what: state} of `laydown verify --json`."""
    return {one["what"]: one["state"] for one in shell("verify", *words, "--json").json}


@pytest.fixture
def signed(shell: Shell, paper: Path, jo: Path, secret: Path, tsa: str) -> Path:
    """The paper signed with Jo's file and time-stamped."""
    answer = shell("sign", paper, "--pkcs12", jo, "--pkcs12-passphrase-file", secret, "--tsa", tsa)
    assert answer.code == 0, answer.err
    assert "Jo Muster" in answer.out[0] and "PAdES-B-T" in answer.out[0]
    return paper.with_name("paper.signed.pdf")


def cms_of(data: bytes) -> tuple[bytes, bytes]:
    """(what is signed, the signature in DER) by /ByteRange and /Contents alone."""
    with pikepdf.open(BytesIO(data)) as held:
        value = held.Root.AcroForm.Fields[0].V
        first, length, second, rest = (int(number) for number in value.ByteRange)
        der = bytes(value.Contents)
    size = 4 + int.from_bytes(der[2:4], "big")
    assert der[:2] == b"\x30\x82" and first == 0 and second + rest == len(data)
    return data[:length] + data[second:], der[:size]


def test_everything_that_can_be_said_is_ok(shell: Shell, signed: Path, pki: Pki, paper: Path) -> None:
    crl = pki.crl({})
    (paper.parent / "answers.toml").write_text(f'reports = ["{report_digest(signed)}"]\n')
    words = (signed, "--trust", pki.ca, "--crl", crl, "--report", paper.parent / "hq")
    found = told(shell, *words, "--answers", paper.parent / "answers.toml")
    assert set(found.values()) == {"ok"}
    assert set(found) == {
        *("signature", "whole file", "certificate", "revocation", "time stamp"),
        *("statement", "digest of paper.signed.pdf", "digest of filing.json", "digest of paper.pdf"),
        *("statement's words", "time stamp of the statement", "report of site hq", "answers"),
    }
    assert shell("verify", *words).code == 0


def report_digest(signed: Path) -> str:
    with pikepdf.open(signed) as held:
        record = json.loads(held.attachments["filing.json"].get_file().read_bytes())
    return str(record["reports"][0]["digest"])


def test_what_is_not_given_is_not_checked(shell: Shell, signed: Path) -> None:
    found = told(shell, signed)
    unchecked = {what for what, state in found.items() if state == "NOT CHECKED"}
    assert unchecked == {
        *("certificate", "revocation", "time stamp", "time stamp of the statement", "report of site hq", "answers")
    }
    assert set(found.values()) == {"ok", "NOT CHECKED"}


def test_nothing_is_ticked_or_claimed_and_the_draft_stays(signed: Path, paper: Path, drafted: bytes) -> None:
    assert paper.read_bytes() == drafted
    data = signed.read_bytes()
    assert data.startswith(drafted)
    assert pages_of(data) == pages_of(drafted)
    with pikepdf.open(BytesIO(drafted)) as before, pikepdf.open(BytesIO(data)) as after:
        drawn = [[page.Contents.read_raw_bytes() for page in held.pages] for held in (before, after)]
        assert drawn[0] == drawn[1]
        assert not {"/Reason", "/Location", "/Perms"} & set(after.Root.AcroForm.Fields[0].V.keys())


def test_the_statement_is_by_the_signer_and_an_independent_judge_agrees(signed: Path, pki: Pki) -> None:
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey

    held = json.loads(signed.with_suffix(".dsse.json").read_text())
    key = x509.load_pem_x509_certificate((pki.folder / "jo-muster.pem").read_bytes()).public_key()
    envelope = Envelope.from_dict(held)
    assert envelope.verify([SSlibKey.from_crypto(key, keyid=keyid(key))], 1)
    statement = json.loads(envelope.payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert [one["name"] for one in statement["subject"]] == ["paper.pdf", "paper.signed.pdf", "filing.json"]
    assert statement["predicate"]["stamped"] is True and statement["predicate"]["signer"].startswith("CN=Jo Muster")


def test_pyhankos_own_command_line_agrees(signed: Path, pki: Pki) -> None:
    line = [
        Path(sys.executable).with_name("pyhanko"),
        "sign",
        "validate",
        "--pretty-print",
        "--trust-replace",
        "--trust",
        pki.ca,
        signed,
    ]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert "The signature is judged VALID." in done.stdout, done.stdout + done.stderr
    assert "The signature covers the entire file." in done.stdout and "Signature timestamp" in done.stdout


def test_openssl_agrees(signed: Path, pki: Pki, tmp_path: Path, command: Callable[[str], str]) -> None:
    content, der = cms_of(signed.read_bytes())
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "cms").write_bytes(der)
    line = [
        command("openssl"),
        "cms",
        "-verify",
        "-inform",
        "DER",
        "-in",
        tmp_path / "cms",
        "-binary",
        "-purpose",
        "any",
    ]
    line += ["-content", tmp_path / "content", "-CAfile", pki.ca, "-out", tmp_path / "out"]
    assert subprocess.run(line, capture_output=True, timeout=30).returncode == 0
    (tmp_path / "content").write_bytes(content[:-20] + b" " + content[-19:])
    assert subprocess.run(line, capture_output=True, timeout=30).returncode != 0


def test_openssl_ts_and_rfc3161_client_agree_on_the_time_stamps(
    signed: Path, pki: Pki, tmp_path: Path, command: Callable[[str], str]
) -> None:
    from asn1crypto import cms
    from rfc3161_client import VerifierBuilder, decode_timestamp_response

    statement = signed.with_suffix(".dsse.json")
    stamp = signed.with_suffix(".tsr")
    line = [command("openssl"), "ts", "-verify", "-CAfile", pki.ca]
    assert subprocess.run([*line, "-in", stamp, "-data", statement], capture_output=True, timeout=30).returncode == 0
    root = x509.load_pem_x509_certificate(pki.ca.read_bytes())
    judge = VerifierBuilder().add_root_certificate(root).build()
    assert judge.verify_message(decode_timestamp_response(stamp.read_bytes()), statement.read_bytes())
    info = cms.ContentInfo.load(cms_of(signed.read_bytes())[1])["content"]["signer_infos"][0]
    (tmp_path / "token").write_bytes(info["unsigned_attrs"][0]["values"][0].dump())
    (tmp_path / "value").write_bytes(info["signature"].native)
    line += ["-token_in", "-in", str(tmp_path / "token"), "-data", str(tmp_path / "value")]
    assert subprocess.run(line, capture_output=True, timeout=30).returncode == 0


@pytest.mark.needs("pdfsig", "qpdf")
def test_popplers_and_qpdfs_readers_agree(signed: Path, command: Callable[[str], str]) -> None:
    said = subprocess.run([command("pdfsig"), "-nocert", signed], capture_output=True, text=True, timeout=30).stdout
    assert "Signature is Valid" in said and "Total document signed" in said and "ETSI.CAdES.detached" in said
    assert subprocess.run([command("qpdf"), "--check", signed], capture_output=True, timeout=30).returncode == 0


@pytest.mark.parametrize("kind", ["rsa2048", "p384", "p521", "ed25519"])
def test_other_keys_sign_and_fips_mode_says_which_it_takes(
    kind: str,
    shell: Shell,
    paper: Path,
    secret: Path,
    pki: Pki,
    command: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = pki.p12(command("openssl"), f"Al {kind}", KEYS[kind]())
    words = ("sign", paper, "--pkcs12", file, "--pkcs12-passphrase-file", secret, "--no-timestamp")
    monkeypatch.setenv("LAYDOWN_FIPS", "1")
    answer = shell(*words)
    if kind in ("p521", "ed25519"):
        assert answer.code == 1 and "refused in FIPS mode (LAYDOWN_FIPS is set)" in answer.err[0]
        monkeypatch.delenv("LAYDOWN_FIPS")
        answer = shell(*words)
    assert answer.code == 0 and "B-B: no time stamp" in answer.out[0]
    found = told(shell, paper.with_name("paper.signed.pdf"), "--trust", pki.ca)
    assert (
        found["signature"] == found["certificate"] == found["statement"] == "ok"
        and found["time stamp"] == "NOT CHECKED"
    )
    kind_, payload, [(_, signature)] = opened(paper.with_name("paper.signed.dsse.json").read_bytes(), "x")
    assert signature and pae(kind_, payload)


def test_a_key_of_ones_own_may_sign_the_statement(shell: Shell, paper: Path, jo: Path, secret: Path) -> None:
    key = paper.with_name("site.key")
    assert shell("keygen", key).code == 0
    words = ("--pkcs12", jo, "--pkcs12-passphrase-file", secret, "--no-timestamp", "--key", key)
    assert shell("sign", paper, *words).code == 0
    out = paper.with_name("paper.signed.pdf")
    assert told(shell, out)["statement"] == "NOT CHECKED"
    assert told(shell, out, "--pub", f"{key}.pub")["statement"] == "ok"
    assert shell("keygen", paper.with_name("other")).code == 0
    assert told(shell, out, "--pub", paper.with_name("other.pub"))["statement"] == "FAILED"


def test_a_second_person_signs_the_second_line(
    shell: Shell, signed: Path, pki: Pki, secret: Path, command: Callable[[str], str]
) -> None:
    kim = pki.p12(command("openssl"), "Kim Probe")
    words = ("--pkcs12", kim, "--pkcs12-passphrase-file", secret, "--no-timestamp")
    first = shell("sign", signed, *words)
    assert first.code == 1 and "line 1 ('For the entity') is signed already" in first.err[0]
    assert shell("sign", signed, *words, "--line", "3").code == 2
    assert shell("sign", signed, *words, "--line", "2").code == 0
    both = signed.with_name("paper.signed-2.pdf")
    found = told(shell, both, "--trust", pki.ca)
    ok = {what for what, state in found.items() if state == "ok"}
    assert {"signature 1", "whole file 1", "certificate 1", "time stamp 1", "signature 2", "whole file 2"} <= ok
    assert {"certificate 2", "statement", "digest of paper.pdf"} <= ok
    assert both.read_bytes().startswith(signed.read_bytes())
    assert told(shell, signed)["signature"] == "ok"


def test_a_second_person_signs_with_another_program(
    shell: Shell, signed: Path, pki: Pki, secret: Path, command: Callable[[str], str]
) -> None:
    lee = pki.p12(command("openssl"), "Lee Beispiel")
    line = [
        Path(sys.executable).with_name("pyhanko"),
        "sign",
        "addsig",
        "--field",
        "signature-2",
        "--use-pades",
        "pkcs12",
    ]
    both = signed.with_name("both.pdf")
    (signed.parent / "one-line").write_text(secret.read_text().splitlines()[0])
    line += ["--passfile", signed.parent / "one-line", signed, both, lee]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    both.with_suffix(".dsse.json").write_bytes(signed.with_suffix(".dsse.json").read_bytes())
    found = {one["what"]: one for one in shell("verify", both, "--trust", pki.ca, "--json").json}
    assert {one["state"] for one in found.values()} == {"ok", "NOT CHECKED"}
    assert "Lee Beispiel" in found["signature 2"]["why"] and found["whole file 1"]["state"] == "ok"
    assert "begins with it" in found["digest of paper.signed.pdf"]["why"]
    data = both.read_bytes()
    both.write_bytes(data[:-40] + bytes([data[-40] ^ 1]) + data[-39:])
    assert "FAILED" in told(shell, both, "--trust", pki.ca).values()


def test_the_file_before_is_kept_and_nothing_signed_is_overwritten(
    shell: Shell, signed: Path, paper: Path, jo: Path
) -> None:
    data = signed.read_bytes()
    again = shell("sign", paper, "--pkcs12", jo, "--no-timestamp")
    assert again.code == 2 and "is there already" in again.err[0]
    assert signed.read_bytes() == data


@pytest.mark.parametrize(("name", "state"), [("Jo Muster", "ok"), ("Muster", "ok"), ("Kim Probe", "NOT CHECKED")])
def test_whose_name_the_paper_has(name: str, state: str, shell: Shell, paper: Path, jo: Path, secret: Path) -> None:
    answers = Answers(signer=Signer(name, "Director", "2026-11-23"))
    paper.write_bytes(far_52_204_26.render(sample.filing(answers), "application/pdf"))
    assert shell("sign", paper, "--pkcs12", jo, "--pkcs12-passphrase-file", secret, "--no-timestamp").code == 0
    found = {one["what"]: one for one in shell("verify", paper.with_name("paper.signed.pdf"), "--json").json}
    assert found["who answers"]["state"] == state and name in found["who answers"]["why"]

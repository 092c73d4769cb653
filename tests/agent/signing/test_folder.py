"""A folder signed is verified by us, by OpenSSL and by securesystemslib; one flipped byte anywhere fails; secrets stay secret."""

from __future__ import annotations

import itertools
import json
import random
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from agent.command import root
from agent.signing import chain, keys
from agent.signing.folder import FILE, SIGNED, sign, verified
from agent.signing.said import FAILED, OK, UNCHECKED, Said
from model.canonical import digest
from model.statement import PAYLOAD, Statement, Subject, enveloped, opened, pae, payload_of
from model.trouble import Trouble, UsageTrouble
from tests.agent.cli import Shell
from tests.agent.signing.pki import Pki, served

DEPOT = Path(__file__).resolve().parents[3] / "lab" / "sample" / "depot"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder, made by a real import."""
    out = tmp_path_factory.mktemp("signed") / "out"
    CliRunner().invoke(root, ["import", str(DEPOT), "-o", str(out), "--site", "depot"])
    assert (out / "report.json").exists()
    return out


def states(folder: Path, key: keys.Public | None) -> dict[str, str]:
    return {one.what: one.state for one in verified(folder, key)}


@pytest.mark.parametrize("kind", keys.KINDS)
def test_what_was_signed_verifies_and_each_thing_is_said(kind: str, made: Path, tmp_path: Path) -> None:
    keys.made(kind, tmp_path / "k")
    key = keys.private(tmp_path / "k")
    sign(made, key)
    found = states(made, keys.public((tmp_path / "k.pub").read_bytes(), "k.pub"))
    assert set(found.values()) == {OK}
    assert set(found) == {"signature", *(f"digest of {name}" for name in SIGNED), "evidence", "report made again"}
    other = tmp_path / "other"
    keys.made(kind, other)
    assert states(made, keys.private(other).public_key())["signature"] == FAILED
    assert states(made, None)["signature"] == UNCHECKED


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("kind", keys.KINDS)
def test_openssl_judges_the_same(kind: str, made: Path, tmp_path: Path, command: Callable[[str], str]) -> None:
    keys.made(kind, tmp_path / "k")
    sign(made, keys.private(tmp_path / "k"))
    media, payload, [(_, signature)] = opened((made / FILE).read_bytes(), FILE)
    (tmp_path / "pae").write_bytes(pae(media, payload))
    (tmp_path / "sig").write_bytes(signature)
    raw = ["-rawin"] if kind == "ed25519" else ["-rawin", "-digest", "sha256"]
    line = [command("openssl"), "pkeyutl", "-verify", "-pubin", "-inkey", str(tmp_path / "k.pub"), *raw]
    line += ["-in", str(tmp_path / "pae"), "-sigfile", str(tmp_path / "sig")]
    assert subprocess.run(line, capture_output=True, timeout=30).returncode == 0
    (tmp_path / "pae").write_bytes(pae(media, payload + b" "))
    assert subprocess.run(line, capture_output=True, timeout=30).returncode != 0


@pytest.mark.needs("py:securesystemslib")
def test_securesystemslib_judges_the_same(made: Path, tmp_path: Path) -> None:
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey

    keys.made("p256", tmp_path / "k")
    key = keys.private(tmp_path / "k")
    sign(made, key)
    judge = SSlibKey.from_crypto(key.public_key(), keyid=keys.keyid(key.public_key()))
    envelope = Envelope.from_dict(json.loads((made / FILE).read_text()))
    assert envelope.verify([judge], 1)


def test_one_flipped_byte_anywhere_fails(made: Path, tmp_path: Path) -> None:
    keys.made("ed25519", tmp_path / "k")
    sign(made, keys.private(tmp_path / "k"))
    key = keys.private(tmp_path / "k").public_key()
    chance = random.Random(889)
    for name in SIGNED:  # each byte of the statement: test_bytes.py
        data = (made / name).read_bytes()
        for at in [0, len(data) - 2, *(chance.randrange(len(data)) for _ in range(2))]:
            copy = tmp_path / "copy"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(made, copy)
            (copy / name).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            assert FAILED in states(copy, key).values(), (name, at)


def test_evidence_edited_and_signed_by_nobody_is_seen(made: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(made, copy)
    (copy / FILE).unlink(missing_ok=True)
    line = (copy / "evidence.jsonl").read_bytes()
    (copy / "evidence.jsonl").write_bytes(line.replace(b"answered", b"refused!", 1))
    found = {one.what: one for one in verified(copy, None)}
    assert found["signature"] == Said("signature", UNCHECKED, f"no {FILE}: nobody has signed this folder")
    assert found["evidence"].state == FAILED


def test_keys_are_never_overwritten_nor_read_by_others(tmp_path: Path) -> None:
    keys.made("p256", tmp_path / "k", b"open sesame")
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageTrouble, match="never overwritten"):
        keys.made("p256", tmp_path / "k")
    with pytest.raises(Trouble, match="not with this passphrase"):
        keys.private(tmp_path / "k", b"wrong")
    assert keys.private(tmp_path / "k", b"open sesame")
    (tmp_path / "k").chmod(0o644)
    with pytest.raises(Trouble, match="others than its owner"):
        keys.private(tmp_path / "k", b"open sesame")


def test_fips_takes_p256_alone(made: Path, tmp_path: Path) -> None:
    shell = CliRunner()
    assert isinstance(
        shell.invoke(root, ["keygen", str(tmp_path / "e"), "--type", "ed25519", "--fips"]).exception, UsageTrouble
    )
    assert shell.invoke(root, ["keygen", str(tmp_path / "p"), "--fips"]).exit_code == 0
    assert shell.invoke(root, ["sign", str(made), "--key", str(tmp_path / "p"), "--fips"]).exit_code == 0
    keys.made("ed25519", tmp_path / "ed")
    with pytest.raises(UsageTrouble, match="P-256 and SHA-2 alone"):
        keys.private(tmp_path / "ed", fips=True)


def test_the_payload_is_an_in_toto_statement_over_the_files(made: Path, tmp_path: Path) -> None:
    keys.made("ed25519", tmp_path / "k")
    sign(made, keys.private(tmp_path / "k"))
    held = json.loads((made / FILE).read_text())
    statement = json.loads(b64decode(held["payload"]))
    assert held["payloadType"] == "application/vnd.in-toto+json"
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert [one["name"] for one in statement["subject"]] == list(SIGNED)


def test_a_signature_taken_away_fails_whoever_expects_one(made: Path, tmp_path: Path) -> None:
    keys.made("ed25519", tmp_path / "k")
    copy = tmp_path / "copy"
    shutil.copytree(made, copy)
    (copy / FILE).unlink(missing_ok=True)
    assert states(copy, keys.private(tmp_path / "k").public_key())["signature"] == FAILED


@pytest.mark.parametrize(("kind", "subjects"), [(PAYLOAD, ()), ("text/plain", SIGNED)])
def test_a_good_signature_over_too_little_or_another_thing_fails(
    kind: str, subjects: tuple[str, ...], made: Path, tmp_path: Path
) -> None:
    keys.made("ed25519", tmp_path / "k")
    key = keys.private(tmp_path / "k")
    copy = tmp_path / "copy"
    shutil.copytree(made, copy)
    sums = tuple(Subject(name, {"sha256": digest((copy / name).read_bytes())[7:]}) for name in subjects)
    payload = payload_of(Statement(sums, {}))
    (copy / FILE).write_bytes(enveloped(payload, keys.signed(key, pae(kind, payload)), "", kind))
    assert FAILED in states(copy, key.public_key()).values()


@pytest.mark.needs("openssl", "py:pyhanko")
def test_a_folder_is_stamped_and_an_old_stamp_does_not_stay(
    made: Path, tmp_path: Path, tsa: str, pki: Pki, shell: Shell, command: Callable[[str], str]
) -> None:
    keys.made("p256", tmp_path / "k")
    words = ("sign", made, "--key", tmp_path / "k")
    assert shell(*words, "--tsa", tsa).code == 0
    line = [command("openssl"), "ts", "-verify", "-in", made / "statement.tsr", "-data", made / FILE, "-CAfile", pki.ca]
    assert subprocess.run(line, capture_output=True, timeout=30).returncode == 0

    trust = chain.trust_of([pki.ca], [], datetime.now(UTC))

    def stamp(trust: chain.Trust | None = trust) -> str:
        first = itertools.islice(
            verified(made, None, trust), 2
        )  # signature and time stamp; the report is not made again
        return next((one.state for one in first if one.what == "time stamp of the statement"), "none")

    assert stamp() == OK and stamp(None) == UNCHECKED
    signed = (made / FILE).read_bytes()
    (made / FILE).write_bytes(signed.replace(b'"keyid":"', b'"keyid":"0', 1))
    assert stamp() == FAILED
    (made / FILE).write_bytes(signed)
    with served(lambda query: b"") as url:
        pass
    gone = shell(*words, "--tsa", url)
    assert gone.code == 1 and url in gone.err[0]
    assert (made / FILE).read_bytes() == signed and stamp() == OK, "what was signed before stays"
    assert shell(*words).code == 0
    assert stamp() == "none" and not (made / "statement.tsr").exists()

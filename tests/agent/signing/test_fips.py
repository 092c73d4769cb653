"""FIPS mode: who asks for it, what it refuses, and what `laydown doctor` says of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from agent.signing import fips, health
from tests.agent.cli import Shell, clear
from tests.agent.signing.pki import KEYS


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("p256", ""),
        ("p384", ""),
        ("rsa2048", ""),
        ("p521", "secp521r1"),
        ("rsa1024", "1024 bits"),
        ("ed25519", "neither RSA"),
    ],
)
def test_which_keys(kind: str, refused: str) -> None:
    said = fips.refusal(KEYS[kind]().public_key())
    assert refused in said and bool(said) is bool(refused)


def test_who_asks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fips, "KERNEL", tmp_path / "fips_enabled")
    assert (
        fips.asked(False, {})
        == fips.asked(False, {"LAYDOWN_FIPS": "0"})
        == fips.asked(False, {"LAYDOWN_FIPS": ""})
        == ""
    )
    assert fips.asked(True, {}) == "--fips" and "LAYDOWN_FIPS" in fips.asked(False, {"LAYDOWN_FIPS": "1"})
    (tmp_path / "fips_enabled").write_text("0\n")
    assert not fips.asked(False, {})
    (tmp_path / "fips_enabled").write_text("1\n")
    assert "kernel" in fips.asked(False, {})


def test_a_library_that_takes_md5_is_in_no_fips_mode() -> None:
    """As it is on this machine: `hashlib` says so of Python's OpenSSL by what it does."""
    try:
        hashlib.md5(b"")
    except ValueError:
        assert fips.validated()[0] is True
    else:
        assert fips.validated()[0] is False


def test_a_key_made_in_fips_mode(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYDOWN_FIPS", "1")
    assert shell("keygen", tmp_path / "k").code == 0
    assert "EC" in _kind(tmp_path / "k.pub")
    clear(shell("keygen", tmp_path / "e", "--type", "ed25519"), "LAYDOWN_FIPS is set", "--type p256")
    monkeypatch.delenv("LAYDOWN_FIPS")
    assert shell("keygen", tmp_path / "e").code == 0
    assert "Ed25519" in _kind(tmp_path / "e.pub")
    monkeypatch.setenv("LAYDOWN_FIPS", "1")
    clear(shell("sign", tmp_path, "--key", tmp_path / "e"), "an Ed25519 key")


def _kind(path: Path) -> str:
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    return type(load_pem_public_key(path.read_bytes())).__name__


def test_doctor_reports_it(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYDOWN_FIPS", "1")
    checks = {one["name"]: one for one in shell("doctor", "-o", tmp_path, "--json").json["checks"]}
    line = checks["FIPS mode"]
    assert "LAYDOWN_FIPS is set" in line["found"] and "Ed25519" in line["found"] and "FIPS mode" in line["found"]
    assert line["state"] == ("ok" if fips.validated()[1] else "less") and (line["state"] == "ok") == (
        line["mend"] == ""
    )
    assert checks["signing papers"]["state"] == "ok" and "PKCS #11 modules" in checks["signing cards"]["found"]


def test_what_doctor_says_of_other_machines() -> None:
    asked, quiet = {"LAYDOWN_FIPS": "1"}, {"LAYDOWN_FIPS": "0"}
    assert health._fips(asked, (True, True))[1] == "ok" and health._fips(asked, (True, False))[1] == "less"
    if not fips.kernel():
        assert "not asked for" in health._fips(quiet, (False, False))[2]
    assert health._papers(["pyhanko"])[1] == "less" and "laydown[paper]" in health._papers(["pyhanko"])[3]
    none = list(health.lines(quiet, lambda path: False))
    assert "none found" in none[-1][2]

"""Certificates judged at the moment of signing: what a trusted time stamp saves, what it cannot, and what its lack costs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.signing import chain, paper_checks
from agent.signing.said import FAILED, OK, UNCHECKED, Said
from tests.agent.cli import Shell
from tests.agent.signing.pki import DAY, NOW, Pki

pytestmark = pytest.mark.needs("openssl", "py:typst", "py:pyhanko")
YEARS = 3 * 365 * DAY  # the signer's certificate and the stamps' own have expired by then
HOUR = timedelta(hours=1)
Judge = Callable[..., dict[str, Said]]


@pytest.fixture
def judged(shell: Shell, paper: Path, jo: Path, secret: Path, tsa: str, pki: Pki) -> Judge:
    """Signs the paper; then what is said of it, by `what`, at a moment, with lists."""

    def run(
        now: datetime, crls: tuple[Path, ...] = (), stamp: bool = True, roots: tuple[Path, ...] = (pki.ca,)
    ) -> dict[str, Said]:
        out = paper.with_name("paper.signed.pdf")
        if not out.exists():
            words = ("--tsa", tsa) if stamp else ("--no-timestamp",)
            assert shell("sign", paper, "--pkcs12", jo, "--pkcs12-passphrase-file", secret, *words).code == 0
        asked = paper_checks.Asked(chain.trust_of(roots, crls, now))
        return {one.what: one for one in paper_checks.verified(out, asked)}

    return run


def test_an_expired_certificate_holds_by_its_time_stamp(judged: Judge) -> None:
    found = judged(NOW + YEARS)
    assert found["certificate"].state == OK and "it has expired since" in found["certificate"].why
    assert found["time stamp"].state == OK and "it has expired since" in found["time stamp"].why


def test_without_a_time_stamp_it_ends_with_the_certificate(judged: Judge) -> None:
    assert judged(NOW + DAY, stamp=False)["certificate"].state == OK
    found = judged(NOW + YEARS, stamp=False)
    assert found["certificate"].state == FAILED and "judged as of now" in found["certificate"].why
    assert found["signature"].state == OK, "each is said apart"


def test_revoked_before_and_after(judged: Judge, pki: Pki) -> None:
    cert = pki.folder / "jo-muster.pem"
    before = pki.crl({cert: NOW - HOUR})
    after = pki.crl({cert: NOW + HOUR}, at=NOW + 2 * HOUR)
    found = judged(NOW + 3 * HOUR, (before,))
    assert found["revocation"].state == FAILED and "Jo Muster was revoked at" in found["revocation"].why
    assert found["certificate"].state == OK
    assert judged(NOW + 3 * HOUR, (after,))["revocation"].state == OK
    assert judged(NOW + YEARS, (after,))["revocation"].state == OK


def test_revoked_after_signing_without_a_time_stamp_fails(judged: Judge, pki: Pki) -> None:
    after = pki.crl({pki.folder / "jo-muster.pem": NOW + HOUR}, at=NOW + 2 * HOUR)
    assert judged(NOW + 3 * HOUR, (after,), stamp=False)["revocation"].state == FAILED


def test_a_list_that_ran_out_proves_a_revocation_and_nothing_else(judged: Judge, pki: Pki) -> None:
    old = {"at": NOW - HOUR, "ends": HOUR / 2}
    empty = pki.crl({}, **old)
    named = pki.crl({pki.folder / "jo-muster.pem": NOW - 2 * HOUR}, **old)
    assert judged(NOW + DAY, (empty,), stamp=False)["revocation"].state == UNCHECKED
    assert judged(NOW + DAY, (named,), stamp=False)["revocation"].state == FAILED


def test_lists_kept_in_the_paper_tell_years_later(
    shell: Shell, paper: Path, jo: Path, secret: Path, tsa: str, pki: Pki, judged: Judge
) -> None:
    words = (
        "sign",
        paper,
        "--pkcs12",
        jo,
        "--pkcs12-passphrase-file",
        secret,
        "--tsa",
        tsa,
        "--long-term",
        "--trust",
        pki.ca,
    )
    assert shell(*words).code == 2
    answer = shell(*words, "--crl", pki.crl({}))
    assert answer.code == 0 and "PAdES-B-LT" in answer.out[0], answer.err
    found = judged(NOW + YEARS)
    assert found["revocation"] == Said("revocation", OK, "not revoked then, by its authority's list")
    assert found["time stamp"].state == found["certificate"].state == found["whole file"].state == OK
    assert found["whole file"].why == "the signature covers all of it"
    assert found["time stamp of the statement"].why.endswith("not revoked then, by its authority's list")
    later = pki.crl({pki.folder / "jo-muster.pem": NOW - HOUR}, at=NOW + HOUR)
    assert judged(NOW + 2 * HOUR, (later,))["revocation"].state == FAILED, "one given says more than one kept"
    line = [Path(sys.executable).with_name("pyhanko"), "sign", "adesverify", "--trust-replace", "--trust", pki.ca]
    done = subprocess.run([*line, paper.with_name("paper.signed.pdf")], capture_output=True, text=True, timeout=60)
    assert "INTACT:TRUSTED,TIMESTAMP_TOKEN" in done.stdout, done.stdout + done.stderr


def test_lists_that_do_not_tell_of_everybody_are_not_enough(
    shell: Shell, paper: Path, jo: Path, secret: Path, tsa: str, pki: Pki, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Pki(tmp_path_factory.mktemp("else"), "Another Root").crl({})
    words = (
        "sign",
        paper,
        "--pkcs12",
        jo,
        "--pkcs12-passphrase-file",
        secret,
        "--tsa",
        tsa,
        "--long-term",
        "--trust",
        pki.ca,
    )
    answer = shell(*words, "--crl", other)
    assert answer.code == 1 and "do not tell of everybody" in answer.err[0] and len(answer.err) == 1
    assert not paper.with_name("paper.signed.pdf").exists()


def test_a_list_of_a_stranger_proves_nothing(judged: Judge, tmp_path: Path, pki: Pki) -> None:
    stranger = Pki(tmp_path / "stranger")  # the same name, another key
    forged = stranger.crl({pki.folder / "jo-muster.pem": NOW - HOUR})
    assert judged(NOW, (forged,))["revocation"].state == UNCHECKED


def test_a_stamp_authority_that_was_revoked(judged: Judge, pki: Pki) -> None:
    found = judged(NOW + HOUR, (pki.crl({pki.folder / "test-stamps.pem": NOW - HOUR}),))
    assert found["time stamp"].state == FAILED and "Test Stamps was revoked" in found["time stamp"].why
    assert "judged as of now" in found["certificate"].why


def test_nobody_is_trusted_unless_named(judged: Judge, tmp_path: Path) -> None:
    stranger = Pki(tmp_path / "stranger", "Another Root")
    found = judged(NOW, roots=(stranger.ca,))
    assert found["certificate"].state == found["time stamp"].state == FAILED
    assert "no chain leads" in found["certificate"].why
    assert judged(NOW, roots=())["certificate"].state == UNCHECKED


def test_an_intermediate_authority_that_was_revoked(
    shell: Shell, paper: Path, secret: Path, pki: Pki, command: Callable[[str], str], tmp_path: Path, judged: Any
) -> None:
    """Root, then an authority below it that certifies a person; the root's list names that authority."""
    from cryptography import x509

    below = Pki(tmp_path / "below", "Test Office")
    cert, _ = pki.leaf("Test Office", below.key, usage="authority")
    below.cert = x509.load_pem_x509_certificate(cert.read_bytes())
    below.name = below.cert.subject
    below.ca = cert
    file = below.p12(command("openssl"), "Max Beispiel")
    words = ("--pkcs12", file, "--pkcs12-passphrase-file", secret, "--no-timestamp", "--trust", pki.ca)
    crls = (below.crl({}), pki.crl({cert: NOW - HOUR}))
    answer = shell("sign", paper, *words, *(word for one in crls for word in ("--crl", one)))
    assert answer.code == 1 and "Test Office was revoked" in answer.err[0]
    assert shell("sign", paper, *words, "--crl", crls[0]).code == 0
    found = judged(NOW, crls)
    assert found["certificate"].state == OK and found["revocation"].state == FAILED
    assert judged(NOW, crls[:1])["revocation"].state == OK

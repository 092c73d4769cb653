"""What the tests of signing share: an authority, a time-stamp server, a drafted paper with its report, a shell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reporters import json as as_json
from reporters.forms import far_52_204_26
from tests.agent.cli import Shell
from tests.agent.signing.pki import Pki, served, stamper
from tests.reporters import sample

SECRET = "sesame"


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def jo(pki: Pki, command: Callable[[str], str]) -> Path:
    """Jo's PKCS #12 file, a P-256 key, locked with `sesame`."""
    return pki.p12(command("openssl"), "Jo Muster", password=SECRET)


@pytest.fixture(scope="session")
def tsa(pki: Pki, command: Callable[[str], str]) -> Iterator[str]:
    """The URL of a time-stamp authority of this machine, certified by the same authority."""
    with served(stamper(command("openssl"), pki)) as url:
        yield url


@pytest.fixture(scope="session")
def drafted() -> bytes:
    """A drafted paper."""
    data: bytes = far_52_204_26.render(sample.filing(), "application/pdf")
    return data


@pytest.fixture
def paper(drafted: bytes, tmp_path: Path) -> Path:
    """The paper on disk, its report in the folder `hq` beside it."""
    (tmp_path / "hq").mkdir()
    (tmp_path / "hq" / "report.json").write_bytes(as_json.render(sample.report()))
    (tmp_path / "paper.pdf").write_bytes(drafted)
    return tmp_path / "paper.pdf"


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file whose first line is the passphrase."""
    (tmp_path / "secret").write_text(f"{SECRET}\nand nothing else\n")
    return tmp_path / "secret"

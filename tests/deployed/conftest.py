"""What tests of the deployed agent share: a desk to report to, a site's configuration, a result folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agent.cli import CAMERAS, HUAWEI, Shell
from tests.deployed.desk import Desk, serving

CONFIG = """[site]
id = "hq"
[authority]
name = "R. Roe"
[scope]
targets = ["127.0.0.1"]
[agent]
state = "{state}"
schedule = "02:30 sat"
timezone = "UTC"
"""


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Runs `laydown` in this process, in a folder with an agent.toml."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    Path("agent.toml").write_text(CONFIG.format(state=tmp_path / "state"))
    return Shell(capfd)


@pytest.fixture
def desk() -> Desk:
    """A collector that knows nobody yet."""
    return Desk()


@pytest.fixture
def url(desk: Desk) -> Iterator[str]:
    """Where it answers."""
    with serving(desk) as found:
        yield found


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder of site hq, made by a real import."""
    from click.testing import CliRunner

    from agent.command import root

    folder = tmp_path_factory.mktemp("imported")
    (folder / "router.snmprec").write_text(HUAWEI)
    (folder / "cameras.jsonl").write_text(CAMERAS)
    CliRunner().invoke(
        root,
        [
            "import",
            str(folder / "router.snmprec"),
            str(folder / "cameras.jsonl"),
            "-o",
            str(folder / "out"),
            "--site",
            "hq",
        ],
    )
    assert (folder / "out" / "report.json").exists()
    return folder / "out"


@pytest.fixture
def made(template: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    import shutil

    return Path(shutil.copytree(template, tmp_path / "made"))


@pytest.fixture
def enrolled(shell: Shell, url: str) -> Shell:
    """An agent of site hq."""
    assert shell("agent", "enroll", url, "--token", "one-time-token-1").code == 0
    return shell

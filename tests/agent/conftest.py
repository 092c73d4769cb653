"""What tests of this folder that play a user share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agent.cli import Shell


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Runs `laydown` in this process, in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    return Shell(capfd)

"""A collector in a folder, its application in this process, and agents that report to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.collector.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A collector on SQLite, served in this process; rows are written when a test says so."""
    with House(tmp_path / "d") as held:
        yield held


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: Any) -> Iterator[House]:
    """One collector for the tests of a file that change nothing for each other."""
    with House(tmp_path_factory.mktemp("house") / "d") as held:
        yield held

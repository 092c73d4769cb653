"""A collector in a folder, its application in this process, and agents that report to it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.collector.house import House
from tests.collector.postgres import Server, there


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


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server for the whole run."""
    if not there():
        pytest.skip("needs PostgreSQL (Debian's package postgresql)")
    with Server() as held:
        yield held


@pytest.fixture
def big_house(tmp_path: Path, server: Server) -> Iterator[House]:
    """A collector on PostgreSQL."""
    with House(tmp_path / "d", server.database(f"d{secrets.token_hex(6)}")) as held:
        yield held

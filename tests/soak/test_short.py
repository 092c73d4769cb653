"""A short soak: a few scans and a few seconds of listening, and the measure itself is able to complain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.measure import MEMORY, Size, grown
from tests.soak.run import heard, scanned


def test_growth_is_complained_of() -> None:
    flat, leak = Size(50_000, 9, 1, 0), Size(50_000 + MEMORY + 1, 10, 2, 1)
    assert not list(grown("x", [flat] * 4))
    assert len(list(grown("x", [flat, flat, leak, leak]))) == len(Size._fields)


@pytest.mark.namespaces
def test_scans_do_not_grow(tmp_path: Path) -> None:
    assert list(scanned(tmp_path / "scans", 0, 3)) == []


@pytest.mark.needs("root", "ip")
@pytest.mark.namespaces
def test_listening_does_not_grow(tmp_path: Path) -> None:
    assert list(heard(tmp_path / "heard", 5, 0.5)) == []

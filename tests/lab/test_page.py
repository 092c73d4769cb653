"""docs/lab.md shows the devices that are really there."""

from __future__ import annotations

from pathlib import Path

from lab import page, reading

DOC = Path(__file__).resolve().parents[2] / "docs" / "lab.md"


def test_the_table_is_current() -> None:
    assert page.written(DOC.read_text(), reading.site()) == DOC.read_text(), "run: python -m lab.page docs/lab.md"


def test_every_device_has_its_row() -> None:
    text = DOC.read_text()
    assert all(f"| {device.name} |" in text for device in reading.site().devices)

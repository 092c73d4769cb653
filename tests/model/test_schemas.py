"""The published schemas are the nouns as they are now."""

from pathlib import Path

import pytest

from model.schemas import schemas

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_current(name: str) -> None:
    assert (FOLDER / name).read_bytes() == schemas()[name], "run `make schemas`"


def test_no_stray_file() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(schemas())

"""Each form has a filled example with its picture, marked SAMPLE, from the demonstration's two sites."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from model.folder import modules

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "forms"
FORMS = sorted(form.ID for form in modules("reporters.forms").values())


@pytest.mark.parametrize("form", FORMS)
def test_a_form_has_its_example(form: str) -> None:
    reader = PdfReader(FOLDER / f"{form}.pdf")
    text = "".join((page.extract_text() or "") for page in reader.pages[:2])
    assert "SAMPLE" in text and "The simulated site" in text and "depot" in text
    assert (FOLDER / f"{form}.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_no_example_is_of_a_form_that_is_gone() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(FORMS)

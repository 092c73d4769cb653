"""Marking in every header and footer, the size of the paper, the filing attached byte for byte, fonts embedded."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from reporters.forms import far_52_204_26, laydown
from tests.reporters import sample

pytestmark = pytest.mark.needs("py:typst")
PDF, MARKING = "application/pdf", "CUI // EXAMPLE"


@pytest.mark.parametrize(("paper", "size"), [("us-letter", (612, 792)), ("a4", (595, 842))])
def test_every_page_has_the_marking_twice_and_the_size(paper: str, size: tuple[int, int]) -> None:
    filing = msgspec.structs.replace(sample.filing(), marking=MARKING, paper=paper)
    for page in PdfReader(BytesIO(far_52_204_26.render(filing, PDF))).pages:
        assert page.extract_text().count(MARKING) == 2
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == size


def test_without_a_marking_nothing_is_marked() -> None:
    first = PdfReader(BytesIO(far_52_204_26.render(sample.filing(), PDF))).pages[0].extract_text()
    assert "CUI" not in first


def test_the_filing_is_attached_byte_for_byte_and_every_font_embedded() -> None:
    pikepdf = pytest.importorskip("pikepdf")
    filing = sample.filing()
    with pikepdf.open(BytesIO(laydown.render(filing, PDF))) as pdf:
        assert pdf.attachments["filing.json"].get_file().read_bytes() == laydown.render(filing, "application/json")
        assert pdf.Root.AF[0].AFRelationship == "/Source"
        fonts = [font for page in pdf.pages for font in page.Resources.get("/Font", {}).values()]
        assert fonts
        for font in fonts:
            kinds = [one.FontDescriptor for one in font.get("/DescendantFonts", [font])]
            assert all(any(key.startswith("/FontFile") for key in one) for one in kinds)


@pytest.mark.needs("qpdf")
def test_qpdf_finds_no_fault(tmp_path: Path, command: Callable[[str], str]) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(laydown.render(msgspec.structs.replace(sample.filing(), marking=MARKING), PDF))
    done = subprocess.run([command("qpdf"), "--check", str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("long", ["N" * 10_000, "\u05d0\u05d1" * 5_000, "=cmd()" * 1_600])
def test_a_long_name_is_cut_in_the_header_and_whole_in_the_paper(long: str) -> None:
    made = sample.filing()
    filing = msgspec.structs.replace(made, entity=msgspec.structs.replace(made.entity, name=long), marking=long)
    page = PdfReader(BytesIO(far_52_204_26.render(filing, PDF))).pages[0].extract_text()
    assert "[...]" in page

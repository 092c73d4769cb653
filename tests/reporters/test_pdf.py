"""The PDFs are tagged PDF/UA and PDF/A, the same every time, marked SAMPLE on every page, and lose no row and no character."""

import re
from io import BytesIO
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from model.answers import Answers
from model.filing import Filing
from reporters._document import Document, Field, Fields, Notice, Paragraph, Table
from reporters.forms import far_52_204_26, far_52_240_90
from reporters.media import html as _html
from reporters.media import pdf as _pdf
from tests.reporters import sample
from tests.reporters.pages import Page, pages_of

pytestmark = pytest.mark.needs("py:typst")
FORMS = pytest.mark.parametrize("form", [far_52_204_26, far_52_240_90], ids=lambda form: form.ID)
PDF = "application/pdf"


@FORMS
def test_it_says_that_it_is_pdf_ua_and_pdf_a_and_is_tagged(form: ModuleType) -> None:
    reader = PdfReader(BytesIO(form.render(sample.filing(), PDF)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("en") and root["/ViewerPreferences"]["/DisplayDocTitle"]
    about = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1<" in about and "<pdfaid:part>3<" in about and "<pdfaid:conformance>A<" in about
    assert "2026-11-23T12:00:00" in about
    assert reader.metadata is not None and reader.metadata.title == form.TITLE


@FORMS
def test_tables_have_header_cells_and_headings_are_headings(form: ModuleType) -> None:
    data = form.render(sample.filing(), PDF)
    kinds: dict[str, int] = {}
    stack = [PdfReader(BytesIO(data)).trailer["/Root"]["/StructTreeRoot"]]
    while stack:
        one = stack.pop().get_object()
        kind = str(one.get("/S", ""))
        kinds[kind] = kinds.get(kind, 0) + 1
        below = one.get("/K", [])
        stack += [kid for kid in (below if isinstance(below, list) else [below]) if hasattr(kid.get_object(), "get")]
    assert kinds["/H1"] == 1 and kinds["/H2"] >= 6
    assert kinds["/Table"] >= 5 and kinds["/TH"] >= 25 and kinds["/TD"] > kinds["/TH"]


@FORMS
@pytest.mark.parametrize("media", ["text/html", PDF])
def test_the_same_filing_gives_the_same_bytes(form: ModuleType, media: str) -> None:
    assert form.render(sample.filing(), media) == form.render(sample.filing(), media)


@FORMS
def test_every_page_of_a_sample_says_so(form: ModuleType) -> None:
    pages = pages_of(form.render(sample.filing(Answers(sample=True)), PDF))
    assert len(pages) > 4
    assert all("SAMPLE: nobody" in page for page in pages)
    assert not any("SAMPLE" in page for page in pages_of(form.render(sample.filing(), PDF)))


@FORMS
def test_every_page_has_its_number_and_whose_it_is(form: ModuleType) -> None:
    pages = pages_of(form.render(sample.filing(), PDF))
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page and "Example Marine LLC" in page


def many() -> Filing:
    return sample.filing(made=sample.report(sample.many(2000)))


@pytest.fixture(scope="module")
def large() -> str:
    """The text of a filing of 2,000 devices: 400 covered, 400 unknown."""
    return re.sub(r"\s+", "", "".join(pages_of(far_52_204_26.render(many(), PDF))))


def test_2000_devices_lose_no_row(large: str) -> None:
    filing = many()
    held = [one for one in filing.reports[0].report.findings if one.outcome != "clear"]
    assert len(held) == 800
    assert [one.names[0] for one in held if one.names[0] not in large] == []
    assert [one.serial for one in held if one.outcome == "covered" and one.serial not in large] == []
    assert large.count("STANDS") == len(filing.holds) >= 800


def test_400_products_are_all_disclosed() -> None:
    text = Page(far_52_240_90.render(many(), "text/html")).text
    assert "400 products below" in text and len(re.findall(r"Disclosure \d+: ", text)) >= 400


def document(text: str) -> Document:
    rows = ((text, text * 3), ("x" * 400, "y"))
    blocks = (
        Paragraph(text),
        Fields((Field(text, text, text),)),
        Table(text, ("A", "B"), rows),
        Notice("info", text, (text,)),
    )
    return Document("id", text or "t", text, text or "e", sample.PREPARED, False, "test", blocks)


HARD = [
    "\u6d77\u5eb7\u5a01\u89c6",
    "\U0001f4f7",
    "#let x = 1; *bold* _it_ $a$ <label> @ref \\ // /* `raw`",
    "\x00\x1b[31m",
    "e\u0301",
    "\u05d0\u0627",
    '"]} , {"',
]


@pytest.mark.parametrize("text", HARD, ids=ascii)
def test_no_text_stops_a_pdf_or_is_taken_for_source(text: str) -> None:
    read = "".join(pages_of(_pdf.write(document(text), sample.filing())))
    expected = re.sub(r"\s+", "", _pdf.drawable(text))
    assert expected in re.sub(r"[\s\u200b]+", "", read)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=40))
def test_any_text_makes_a_pdf_and_a_page(text: str) -> None:
    assert _pdf.write(document(text), sample.filing()).startswith(b"%PDF-")
    assert Page(_html.write(document(text), sample.filing())).faults == []


def test_what_the_fonts_lack_is_written_by_number() -> None:
    assert _pdf.drawable("\u6d77\u5eb7 DS-2 \u00e9") == "\\u{6d77}\\u{5eb7} DS-2 \u00e9"
    every = "".join(chr(code) for first, last in _pdf.DRAWN for code in range(first, last + 1))
    blocks = tuple(Paragraph(every[at : at + 200]) for at in range(0, len(every), 200))
    drawn = Document("id", "t", "s", "e", sample.PREPARED, False, "test", blocks)
    assert _pdf.write(drawn, sample.filing()).startswith(
        b"%PDF-"
    )  # PDF/UA refuses a missing glyph, so each of them is there

"""One filing in every medium of a paper: the same figures read back, the same bytes, the marking in every header, no formula."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO, StringIO

import msgspec
import pytest

from model.figures import figures
from model.filing import Filing
from reporters.forms import far_52_240_91 as form
from reporters.media import csv as csv_medium
from reporters.media import docx as docx_medium
from reporters.media import json as json_medium
from reporters.media import xlsx as xlsx_medium
from tests.reporters import sample
from tests.reporters.pages import Page, pages_of

MARK = "CUI//SP-PROCURE"


def made() -> Filing:
    return msgspec.structs.replace(sample.filing(), marking=MARK)


def _parts(data: bytes, *names: str) -> str:
    """The text of a package's parts, each element's apart."""
    with zipfile.ZipFile(BytesIO(data)) as held:
        kept = [name for name in sorted(held.namelist()) if re.search("|".join(names), name)]
        return re.sub(r"<[^>]+>", " ", " ".join(held.read(name).decode() for name in kept))


def _csv(data: bytes) -> str:
    return " ".join(cell for row in csv.reader(StringIO(data.decode("utf-8-sig"))) for cell in row)


def _json(data: bytes) -> str:
    told = json.loads(data)
    return " ".join(f"{one['words']} {one['count']:,}" for one in told["figures"])


READ: dict[str, Callable[[bytes], str]] = {
    "text/html": lambda data: Page(data).text,
    "application/pdf": lambda data: " ".join(pages_of(data)),
    docx_medium.MEDIA: lambda data: _parts(data, r"word/document\.xml"),
    xlsx_medium.MEDIA: lambda data: _parts(data, "sharedStrings"),
    csv_medium.MEDIA: _csv,
    json_medium.MEDIA: _json,
}


@pytest.mark.needs("py:typst", "py:docx", "py:xlsxwriter")
@pytest.mark.parametrize("media", READ)
def test_every_figure_is_read_back_and_the_bytes_are_the_same(media: str) -> None:
    filing = made()
    data = form.render(filing, media)
    assert data == form.render(made(), media)
    text = re.sub(r"\s+", " ", READ[media](data))
    counts = figures(filing)
    assert len(counts) > 15
    for one in counts:
        # A workbook keeps each string once, so there the number need not stand behind its words.
        wanted = one.words if media == xlsx_medium.MEDIA else f"{one.words} {one.count:,}"
        assert wanted in text, (one, media)
        assert f"{one.count:,}" in text


@pytest.mark.needs("py:docx", "py:xlsxwriter")
def test_the_marking_stands_in_every_header_and_nothing_is_a_formula() -> None:
    word, book = (form.render(made(), one.MEDIA) for one in (docx_medium, xlsx_medium))
    assert MARK in _parts(word, r"word/header\d*\.xml")
    with zipfile.ZipFile(BytesIO(book)) as held:
        sheets = [held.read(name).decode() for name in held.namelist() if "worksheets/sheet" in name]
    assert len(sheets) > 3
    for sheet in sheets:
        assert MARK in re.search(r"<oddHeader>(.*?)</oddHeader>", sheet)[1] and "<f>" not in sheet  # type: ignore[index]
    assert sample.FORMULA.replace('"', "&quot;") in _parts(book, "sharedStrings") or sample.FORMULA in _parts(
        book, "sharedStrings"
    )
    rows = csv.reader(StringIO(form.render(made(), csv_medium.MEDIA).decode("utf-8-sig")))
    assert not any(cell[:1] in "=+@" for row in rows for cell in row if cell)

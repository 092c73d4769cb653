"""The signature's field stands on its line, is tagged, and takes nothing of PDF/UA and PDF/A away that can be checked here."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from agent.signing import paper as papers
from agent.signing.fields import named
from agent.signing.places import backwards, places
from model.folder import modules
from tests.agent.cli import Shell
from tests.reporters import sample

pytestmark = pytest.mark.needs("openssl", "py:typst", "py:pyhanko")
PRINT, LOCKED, HIDDEN = 4, 128, 2 | 32  # annotation flags: ISO 32000-1, table 165


@pytest.fixture
def signed(shell: Shell, paper: Path, jo: Path, secret: Path) -> Path:
    assert shell("sign", paper, "--pkcs12", jo, "--pkcs12-passphrase-file", secret, "--no-timestamp").code == 0
    return paper.with_name("paper.signed.pdf")


@pytest.mark.needs("pdftotext")
@pytest.mark.parametrize("form", sorted(modules("reporters.forms")))
def test_every_form_has_its_lines_found(form: str, tmp_path: Path, command: Callable[[str], str]) -> None:
    """Each box ends just over the word Signature, as poppler sees the page. Every second form on A4."""
    size = "a4" if sorted(modules("reporters.forms")).index(form) % 2 else "us-letter"
    filing = msgspec.structs.replace(sample.filing(form=form), paper=size)
    data: bytes = modules("reporters.forms")[form].render(filing, "application/pdf")
    held = papers.paper(data, form)
    found = places(backwards(held.reader), len(held.roles))
    assert len(found) == len(held.roles) == 2 and found[0].page <= found[1].page
    (tmp_path / "x.pdf").write_bytes(data)
    for place in found:
        line = [
            command("pdftotext"),
            "-bbox",
            "-f",
            str(place.page + 1),
            "-l",
            str(place.page + 1),
            tmp_path / "x.pdf",
            "-",
        ]
        text = subprocess.run(line, capture_output=True, text=True, timeout=30).stdout
        page = re.search(r'<page width="[\d.]+" height="([\d.]+)"', text)
        assert page is not None
        left, foot, right, head = place.box
        under = [
            (float(one[1]), float(page[1]) - float(one[2]))
            for one in re.finditer(r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>Signature</word>', text)
        ]
        assert any(abs(x - left) < 3 and -2 < foot - y < 12 for x, y in under), (place, under)
        assert right - left > 100 and 20 < head - foot < 40


def test_a_page_without_such_a_line_has_no_place() -> None:
    rule = b"q 1 0 0 -1 %d 100 cm/c1 cs 0 scn 60 13.35 m 60 13.95 l 0 13.95 l 0 13.35 l\nh\nf\nQ\n"
    row = b"".join(rule % x for x in (60, 140, 220, 300))
    assert [one.box for one in places([(1, row), (0, b"")], 1)] == [(300.0, 86.65, 360.0, 116.65)]
    assert places([(1, b""), (0, row)], 1)[0].page == 0
    assert places([(0, rule % 60 + rule % 140)], 1) == places([(0, b"")], 1) == places([(0, row)], 0) == []
    assert places([(0, row.replace(b"13.95", b"23.95"))], 1) == [], "a box is no rule"


def test_where_the_line_is_not_found_the_signature_is_there_unseen(
    shell: Shell, paper: Path, jo: Path, secret: Path, pki: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agent.signing import ink

    monkeypatch.setattr(ink, "places", lambda pages, count: [])
    answer = shell("sign", paper, "--pkcs12", jo, "--pkcs12-passphrase-file", secret, "--no-timestamp")
    assert answer.code == 0 and "cannot be seen on the page" in " ".join(answer.out)
    out = paper.with_name("paper.signed.pdf")
    assert shell("verify", out, "--trust", pki.ca).code == 0
    with pikepdf.open(out) as held:
        (field, _) = held.Root.AcroForm.Fields
        assert [float(one) for one in field.Rect] == [0, 0, 0, 0] and int(field.F) & PRINT and not int(field.F) & HIDDEN


def test_what_pdf_ua_wants_of_a_field(signed: Path) -> None:
    with pikepdf.open(signed) as held:
        tree = held.Root.StructTreeRoot
        numbers = {
            int(tree.ParentTree.Nums[at]): tree.ParentTree.Nums[at + 1] for at in range(0, len(tree.ParentTree.Nums), 2)
        }
        assert len(held.Root.AcroForm.Fields) == 2
        for number, (field, role) in enumerate(zip(held.Root.AcroForm.Fields, ("entity", "inquiry"), strict=True), 1):
            assert named(number) == field.T and role in str(field.TU) and field.Contents == field.TU
            assert field.P.Tabs == pikepdf.Name.S and any(one.objgen == field.objgen for one in field.P.Annots)
            element = numbers[int(field.StructParent)]
            assert pikepdf.Name.Form == element.S and element.K.Type == pikepdf.Name.OBJR
            assert element.K.Obj.objgen == field.objgen and element.K.Pg.objgen == field.P.objgen
            assert any(one.objgen == element.objgen for one in element.P.K), "its parent knows it"
            assert int(field.StructParent) < int(tree.ParentTreeNextKey)
            assert int(field.F) & PRINT and not int(field.F) & HIDDEN


def test_what_pdf_a_wants_of_it(signed: Path, drafted: bytes) -> None:
    with pikepdf.open(signed) as held, pikepdf.open(BytesIO(drafted)) as before:
        assert held.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert held.pdf_version == "1.7" and "/Version" not in held.Root
        assert "/NeedAppearances" not in held.Root.AcroForm and "/XFA" not in held.Root.AcroForm
        assert list(held.Root.Extensions.keys()) == ["/ESIC"]
        for field in held.Root.AcroForm.Fields:
            assert list(field.AP.keys()) == ["/N"]
        page = held.Root.AcroForm.Fields[0].AP.N
        fonts = list(_fonts(page))
        assert fonts and all("/FontFile3" in one.DescendantFonts[0].FontDescriptor for one in fonts)
        assert all("/ToUnicode" in one for one in fonts)
        state = page.Resources.ExtGState.BackgroundGS
        assert float(state.CA) == float(state.ca) == 1.0 and set(state.keys()) == {"/CA", "/ca"}
        assert b"/Filter/Crypt" not in signed.read_bytes()


def _fonts(form: Any) -> Any:
    held = form.Resources
    yield from (font for _, font in held.get("/Font", {}).items())
    for _, inner in held.get("/XObject", {}).items():
        yield from _fonts(inner)


@pytest.mark.needs("pdftotext")
def test_the_words_on_the_line_can_be_read(signed: Path, command: Callable[[str], str]) -> None:
    line = [command("pdftotext"), "-layout", signed, "-"]
    text = subprocess.run(line, capture_output=True, text=True, timeout=30).stdout
    assert "Jo Muster" in text and "UTC by own clock" in text and "certified by Test Root" in text


@pytest.mark.parametrize("name", ["Ольга Примерова", "山田 花子", "x" * 60, "#let a = 1 \\ $x$", "Al\u202eEve"])
def test_any_name_is_drawn_or_written_by_number(
    name: str, shell: Shell, paper: Path, pki: Any, secret: Path, command: Callable[[str], str]
) -> None:
    import shutil

    made = pki.p12(command("openssl"), name)
    file = shutil.copy(made, paper.with_name("n.p12"))
    answer = shell("sign", paper, "--pkcs12", file, "--pkcs12-passphrase-file", secret, "--no-timestamp")
    assert answer.code == 0 and "\u202e" not in answer.out[0], answer.err
    said = shell("verify", paper.with_name("paper.signed.pdf"), "--trust", pki.ca)
    assert said.code == 0 and "\u202e" not in " ".join(said.out)
    with PdfReaderOf(paper.with_name("paper.signed.pdf")) as reader:
        assert len(reader.embedded_regular_signatures) == 1


class PdfReaderOf:
    """A signed paper, open."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")

    def __enter__(self) -> Any:
        return PdfFileReader(self._file)

    def __exit__(self, *said: Any) -> None:
        self._file.close()

"""The examples of add-a-format.md and add-a-form.md work by being in the folder, and only by that."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import command
from model import folder
from reporters import json as json_format
from tests.house import purity
from tests.reporters import sample
from tests.reporters.pages import Page, pages_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
CODE = re.compile(r"`(reporters(?:/forms)?)/(\w+)\.py`:\n\n```python\n(.*?)```", re.DOTALL)


@pytest.fixture
def added(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The page's example, written into a folder that stands beside the package's own; gives its source."""
    found = CODE.search((DOCS / request.param).read_text("utf-8"))
    assert found is not None, f"{request.param} has no example that says where it belongs"
    package, name, code = found[1].replace("/", "."), found[2], found[3]
    assert name not in folder.names(package)
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / f"{name}.py").write_text(code, "utf-8")
    room = importlib.import_module(package)
    monkeypatch.setattr(room, "__path__", [*room.__path__, str(tmp_path / "room")])
    importlib.invalidate_caches()
    yield code
    sys.modules.pop(f"{package}.{name}", None)
    vars(room).pop(name, None)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "report.json").write_bytes(json_format.render(sample.report()))
    return tmp_path


def laydown(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        command.main(list(words))
    return int(ended.value.code or 0)


@pytest.mark.parametrize("added", ["add-a-format.md"], indirect=True)
def test_a_format(added: str, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(purity.sins(added)) == []
    assert laydown("report", "-f", "list") == 0
    assert "ticket" in capsys.readouterr().out
    assert laydown("report", str(site), "-f", "ticket", "-o", str(site / "out.txt")) == 0
    lines = (site / "out.txt").read_text("utf-8").splitlines()
    assert len(lines) == 4 + 2 and any("sw-hq-1, port Gi0/7" in line for line in lines)
    assert "3 networks" in lines[-2] and all(date in lines[-1] for date in sample.report().inputs.registry)


@pytest.mark.needs("py:typst")
@pytest.mark.parametrize("added", ["add-a-form.md"], indirect=True)
def test_a_form(added: str, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(purity.sins(added)) == []
    assert laydown("attest", "--form", "list") == 0
    assert "landlord-1" in capsys.readouterr().out
    assert laydown("attest", str(site), "--site-only", "--form", "landlord-1", "-o", str(site / "out")) == 4
    page = Page((site / "out" / "landlord-1.html").read_bytes())
    assert page.faults == [] and "Signature" in page.text and "key: landlord" in page.text
    assert "belongs to no identified device" in " ".join(pages_of((site / "out" / "landlord-1.pdf").read_bytes()))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", ".", "-f", "ticket"), "no such format"),
        (("attest", ".", "--form", "landlord-1", "-o", "x"), "no such form"),
    ],
)
def test_what_is_not_in_the_folder_is_not_known(
    words: tuple[str, ...], said: str, site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(site)
    assert laydown(*words) != 0
    assert said in capsys.readouterr().err


def test_the_examples_of_answers_and_entity_are_read() -> None:
    from model import answers, entity

    for page, parse in (("answers.md", answers.parsed), ("entity.md", entity.parsed)):
        text = re.search(r"```toml\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
        assert text is not None
        parse(text[1].encode(), page)


def test_every_key_of_the_forms_is_explained() -> None:
    from reporters.regimes import regimes

    page = (DOCS / "forms.md").read_text("utf-8")
    keys = {key for law in regimes().values() for key in (*law.box, *(field.key for field in law.field))}
    assert {key for key in keys if f"`{key}`" not in page} == set()


@pytest.mark.parametrize("package", ["reporters", "reporters.forms"])
def test_every_format_and_form_has_its_line_in_the_docs(package: str) -> None:
    page = (DOCS / ("formats.md" if package == "reporters" else "forms.md")).read_text("utf-8")
    for name, found in folder.modules(package).items():
        if hasattr(found, "TITLE"):
            assert f"| `{getattr(found, 'ID', name.replace('_', '-'))}` |" in page

"""Catalogues are whole and in step; a report, page, sheet or terminal in another language has nothing of ours left in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from click.testing import CliRunner

from agent.command import root
from agent.results import REPORT, rendered
from agent.review import _sheet_read, sheet
from model.asked import Ask
from model.canonical import digest
from model.trouble import UsageTrouble
from reporters import _review_page as page
from reporters import html, json
from reporters._catalogue import languages, many, told
from reporters._phrases import PHRASES
from reporters._review_page import Desk, Entry, Listing
from reporters.asking import asked
from reporters.regimes import regimes
from tests.conftest import ROOT
from tests.reporters import marked, sample
from tests.reporters.marked import LANG, Spoken, all_texts, catalogues, unmarked, words

FOLDER = ROOT / "reporters" / "_catalogues"
LANGS = sorted(one.name for one in FOLDER.iterdir())
BLANK = re.compile(r"\{\w+\}")
FORMS = (*regimes(), "laydown", "inquiry-record")


def catalogue(lang: str) -> Any:
    return read_po((FOLDER / lang / "LC_MESSAGES" / "laydown.po").open("rb"), locale=lang)


def forms(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def test_spanish_and_french_are_there() -> None:
    assert {"es", "fr"} <= set(languages()) and set(languages()) == {"en", *LANGS}


@pytest.mark.parametrize("lang", LANGS)
def test_every_text_has_a_translation_with_the_same_blanks(lang: str) -> None:
    held: dict[Any, Message] = {forms(one.id): one for one in catalogue(lang) if one.id}
    assert set(held) == {forms(text) for text in all_texts()}, "run packaging/catalogues.py"
    for texts, one in held.items():
        found = forms(one.string)
        assert not one.fuzzy and len(found) == (catalogue_plurals(lang) if len(texts) > 1 else 1), texts
        for number, text in enumerate(found):
            assert text.strip(), texts
            assert sorted(BLANK.findall(text)) == sorted(BLANK.findall(texts[min(number, len(texts) - 1)])), texts


@cache
def catalogue_plurals(lang: str) -> int:
    return int(catalogue(lang).num_plurals)


@pytest.mark.parametrize("lang", LANGS)
def test_the_compiled_catalogue_is_the_one_its_source_makes(lang: str) -> None:
    path = FOLDER / lang / "LC_MESSAGES" / "laydown.po"
    assert path.with_suffix(".mo").read_bytes() == catalogues.compiled(path), "run packaging/catalogues.py"


def test_none_one_and_many_are_said_as_the_language_has_it() -> None:
    assert [many(count, "device", "es") for count in (0, 1, 2)] == ["0 dispositivos", "1 dispositivo", "2 dispositivos"]
    assert [many(count, "device", "fr") for count in (0, 1, 2)] == ["0 appareil", "1 appareil", "2 appareils"]
    assert many(1234, "device", "en") == "1,234 devices" and many(1234, "device", "fr") == "1\u202f234 appareils"
    assert told("0 unexplained MAC addresses", "fr") == "0 adresse MAC inexpliquée"
    assert told("1 of 1,200 rows complete", "es") == "1 de 1\u202f200 filas completas"


def test_a_value_stays_what_it_is_whatever_it_looks_like() -> None:
    assert told("{name} at switch was seen, and nothing said who made it", "es").startswith("{name} at switch se vio")
    assert page.thing("switch", "es") == "switch", "a device may be called so"
    assert told("port 7 of no phrase", "es") == "port 7 of no phrase"


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    marked.install(monkeypatch)
    monkeypatch.setattr(_sheet_read, "languages", lambda: (*languages(), LANG))


def data_of(*nouns: Any) -> set[str]:
    """Words that devices, persons, makers and the law have; and what no language changes."""
    fixed = "laydown utc vlan ssid sha md fcc dfars far usd pub sec cfr en html utf es fr xx toml"
    return {*fixed.split(), *(word for one in nouns for word in words(msgspec.to_builtins(one)))}


def report_data() -> set[str]:
    """Of a report, but for what is said in words of ours: questions, reasons, networks' kinds and states, outcomes."""
    plain: Any = msgspec.to_builtins(sample.report())
    for one in plain["findings"]:
        for reach in one["authorities"]:
            reach["open_questions"] = []
    said = {"outcome", "reason", "kind", "status", "grade"}
    return data_of(_without(plain, said)) | {"desk"}


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(one, names) for name, one in value.items() if name not in names}
    return [_without(one, names) for one in value] if isinstance(value, list | tuple) else value


def leftovers(texts: list[str], data: set[str]) -> list[str]:
    """Texts with a word that is neither ours in the made-up language nor data."""
    return sorted({text.strip() for text in texts if set(words(unmarked(text))) - data})


@pytest.mark.usefixtures("made_up")
def test_a_report_says_nothing_of_ours_in_english() -> None:
    found = Spoken(html.render(sample.report(), LANG))
    assert leftovers(found.own, report_data() | {"count", "all"}) == [], "two blanks are filled by the page's script"
    told_so = {row.reason for row in sample.report().coverage} | {"does not use"}
    assert not {one for one in found.foreign if one in _english()} - told_so


@cache
def _english() -> frozenset[str]:
    """Texts of ours, as they would stand if nobody had looked them up."""
    return frozenset(one for text in all_texts() for one in forms(text))


@cache
def asks() -> tuple[Ask, ...]:
    return tuple(asked(sample.filing(), FORMS))


def law() -> set[str]:
    """Words of the regimes' own texts, which stay English: clauses, citations, titles, boxes."""
    plain: Any = _without(msgspec.to_builtins(list(regimes().values())), {"ask", "label", "name", "why", "is_not"})
    return data_of(plain)


def of_asks() -> set[str]:
    """What questions hold beside words of ours: names, ids, clauses; and ids that an answer keeps."""
    plain = [(one.fixed, one.key, tuple(one.options.values()), one.noun) for one in asks()]
    return data_of(plain, sample.filing().entity, sample.ENTITY) | report_data() | law()


def pages() -> Iterator[bytes]:
    desk = Desk("/s/0", "Example Marine LLC", lang=LANG)
    kept = [msgspec.structs.replace(one, said={"by": "Q"}) for one in asks()[:3]]
    for start in range(0, len(asks()), page.A_PAGE):
        yield page.listing(desk, asks(), Listing(start=start), "token")
    yield page.listing(desk, kept, Listing(show="all"))
    yield page.listing(desk, [], Listing())
    for one in asks():
        yield page.asking(desk, [Entry(one, faults=dict.fromkeys(one.blanks, "Q"))], "token", place=(1, 9))
    device = next(one.fixed["device"] for one in asks() if one.noun == "removal")
    yield page.asking(desk, [Entry(one, stale=True) for one in page.of_device(asks(), device)], "token", device=device)
    yield page.kept(desk, kept, asks()[5], 3, 9)
    yield page.kept(desk, kept, None, 9, 9)


@pytest.mark.usefixtures("made_up")
def test_the_pages_of_review_say_nothing_of_ours_in_english() -> None:
    data = of_asks()
    for one in pages():
        found = Spoken(one)
        assert leftovers(found.own, data) == []
        assert not {text for text in found.foreign if text in _english()}


@pytest.mark.usefixtures("made_up")
def test_the_sheet_says_nothing_of_ours_in_english_and_comes_back() -> None:
    written = sheet.written(asks(), sample.filing(), LANG)
    book = import_module("openpyxl").load_workbook(BytesIO(written))
    ids = {name for tab in book for row in tab.iter_rows(max_row=4, min_row=4) for one in row if (name := one.value)}
    data = of_asks() | data_of(sorted(map(str, ids)), "Lists review sheet docs waivers", sample.filing().prepared_at)
    texts = [str(one.value) for tab in book for row in tab.iter_rows() for one in row if one.value is not None]
    assert leftovers([*texts, *book.sheetnames], data | reasons()) == []
    assert sheet.read(written, asks(), sample.filing()) == []


@cache
def reasons() -> frozenset[str]:
    """Reasons that were given at the scan, as the sample has them: data, which a cell or a terminal cannot mark."""
    return frozenset(data_of([row.reason for row in (*sample.report().coverage, *sample.report().networks)]))


@pytest.mark.usefixtures("made_up")
def test_the_terminal_says_nothing_of_ours_in_english(tmp_path: Path) -> None:
    (tmp_path / REPORT).write_bytes(json.render(sample.report()))
    line = ["review", str(tmp_path), "--lang", LANG, "--by", "Q", "--list"]
    listed = CliRunner().invoke(root, line, catch_exceptions=False).output
    said = CliRunner().invoke(root, line[:-1], input="?\nx\n" * 200, catch_exceptions=False).output
    data = of_asks() | data_of(tmp_path.parts, digest(b"")) | reasons()
    assert leftovers([*listed.splitlines(), *said.splitlines()], data) == []
    assert "\u27e6" in said and "\u27e6" in listed


@pytest.mark.parametrize("lang", LANGS)
def test_the_sheet_s_answers_are_kept_in_the_words_of_the_file(lang: str) -> None:
    one = next(one for one in asks() if one.noun == "exception" and "route" in one.options)
    book = import_module("openpyxl").load_workbook(BytesIO(sheet.written((one,), sample.filing(), lang)))
    tab = book[told("Exceptions", lang)]
    columns = {cell.value: cell.column for cell in tab[4]}
    for name, value in {"route": told("no", lang), "see": told("yes", lang), "reason": "R", "by": "Q"}.items():
        tab.cell(5, columns[f"field:{name}"]).value = value
    tab.cell(5, columns["field:date"]).value = "2026-11-01"
    held = BytesIO()
    book.save(held)
    (said,) = sheet.read(held.getvalue(), (one,), sample.filing())
    assert (said.route, said.see) == ("no", "yes")


def test_a_language_without_a_catalogue_is_refused_with_those_there_are() -> None:
    line = ["report", "nowhere", "--lang", "tlh"]
    with pytest.raises(UsageTrouble, match=r"--lang tlh: no catalogue.*en, es, fr"):
        CliRunner().invoke(root, line, catch_exceptions=False, standalone_mode=False)
    with pytest.raises(UsageTrouble, match="in English alone"):
        rendered("csv", sample.report(), "es")


@pytest.mark.parametrize("lang", LANGS)
def test_a_report_and_its_pages_name_their_language(lang: str) -> None:
    made = html.render(sample.report(), lang).decode()
    assert f'<html lang="{lang}">' in made and made != html.render(sample.report()).decode()
    assert html.render(sample.report(), lang).decode() == made
    box = next(one for one in asks() if one.noun == "choice")
    found = Spoken(page.asking(Desk("/s/0", "x", lang=lang), [Entry(box)], "token"))
    assert box.text in found.foreign, "a clause's words are English in every language, and said to be"


def test_no_phrase_stands_twice() -> None:
    assert len(PHRASES) == len(set(PHRASES))

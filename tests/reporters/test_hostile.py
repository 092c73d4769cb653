"""Whatever a device, a network or a person is called: each format and medium shows it, harmlessly, and stays what it is."""

from __future__ import annotations

import csv
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from io import BytesIO, StringIO
from types import ModuleType
from typing import Any

import click
import msgspec
import pytest

from agent.review import sheet, terminal
from model.answers import Answer, Answers, Signer
from model.filing import Filing
from model.folder import modules
from model.report import Report
from reporters import _review_page as page
from reporters._review_page import Desk, Entry, Listing
from reporters._text import HIDDEN
from reporters.asking import asked
from reporters.forms import laydown
from tests.reporters import sample
from tests.reporters.marked import Spoken
from tests.reporters.pages import pages_of

LONG = "n" * 10_000
ARABIC = "\u0645\u0643\u062a\u0628 12"  # an office, read from right to left
NAMES = (
    LONG,
    ARABIC,
    "gate\u202egnp.exe\u2066",
    "sw\u200bitch\u2060\ufeff",
    "a\x1b[2J\x1b]0;b\x07c\x9b31m\x00d",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "\t=1+1",
    "\uff1d1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} {name} %s #set page() $x$ \\u{0}",
    "line\nfeed\r\u2028\u2029",
    "\U0001f4f7\u200d\U0001f525 e\u0301\u0328",
)
FORMATS = {name: one for name, one in modules("reporters").items() if hasattr(one, "render")}
MEDIA = modules("reporters.media")
EXACT = ("json",)  # the report and the filing as data: there a name stays what it is, escaped as JSON escapes
ISOLATES = re.compile("\u2068[^\u2066-\u2069\u202a-\u202e]*\u2069")


@cache
def report() -> Report:
    """A device, a serial number, a port, a network and a model of each name."""
    facts = list(sample.FACTS)
    for number, name in enumerate(NAMES):
        target = f"10.0.1.{number + 1}"
        facts.append(
            (target, "self", sample.DESCR, "Hikvision company products" if number % 2 else "Cisco IOS Software")
        )
        facts += [(target, "self", key, name) for key in ("snmp.sys_name", "entity.serial", "entity.model_name")]
        place = msgspec.json.encode({"port": name, "vlan": "20"}).decode()
        net = msgspec.json.encode({"kind": "ssid", "name": name, "named_by": "controller"}).decode()
        facts += [
            (sample.SWITCH, f"station:00:40:8c:00:00:{number:02x}", "attached", place),
            (sample.SWITCH, "self", "network", net),
        ]
    site = msgspec.structs.replace(sample.SITE, name=NAMES[2], entity=NAMES[1])
    return sample.report(facts, site)


@cache
def filing() -> Filing:
    """A person says and signs the same things; the entity is called so too."""
    said = tuple(Answer(f"laydown-{n}", name, "Q", "2026-11-01") for n, name in enumerate(NAMES))
    words = (Answer("laydown-justification", "\n".join(NAMES), NAMES[2], "2026-11-01"), *said)
    answers = Answers(answer=words, signer=Signer(NAMES[5], NAMES[4], "2026-11-01"))
    entity = msgspec.structs.replace(sample.ENTITY, name=NAMES[2])
    return msgspec.structs.replace(sample.filing(answers, report(), entity, "laydown"), marking=NAMES[5])


def hidden(text: str) -> set[str]:
    """Signs that no reader sees, or that turn or move what others see; a tab or line's end is layout."""
    plain = ISOLATES.sub("", text)
    return {f"U+{ord(one):04X}" for one in plain if unicodedata.category(one) in HIDDEN and one not in "\t\n\r"}


def texts(media: str, data: bytes) -> str:
    """What a reader of the file reads."""
    kind = media.partition(";")[0]
    if kind == "text/html":
        found = Spoken(data)
        return "\n".join([*found.own, *found.foreign])
    if kind == "application/pdf":
        return "\n".join(pages_of(data)).replace("\u200b", "")  # where a long word may break
    if kind.endswith(("wordprocessingml.document", "spreadsheetml.sheet")):
        book = zipfile.ZipFile(BytesIO(data))
        names = [name for name in book.namelist() if name.endswith((".xml", ".rels"))]
        return "\n".join(
            book.read(name).decode() for name in names if "numbering" not in name
        )  # bullets of a symbol font
    return data.decode()


@cache
def written(one: ModuleType) -> tuple[str, bytes]:
    media: str = one.MEDIA
    return media, one.render(report()) if hasattr(one, "render") else laydown.render(filing(), media)


@cache
def read(one: ModuleType) -> str:
    return texts(*written(one))


WRITERS = [*(pytest.param(one, id=f"report {name}") for name, one in FORMATS.items()),
           *(pytest.param(one, id=f"paper {name}") for name, one in MEDIA.items())]  # fmt: skip


@pytest.mark.parametrize("one", WRITERS)
def test_a_hostile_name_is_shown_and_does_nothing(one: ModuleType) -> None:
    (_, data), text = written(one), read(one)
    if one.__name__.rpartition(".")[2] in EXACT:
        assert msgspec.json.decode(data) and not re.search("[\x00-\x09\x0b-\x1f\x7f]", text)
        return
    assert hidden(text) == set()
    assert "gate\\u{202e}gnp.exe" in re.sub(r"\s", "", text.replace("\\\\", "\\")), "written out, for the reader to see"


@pytest.mark.parametrize("one", WRITERS)
def test_a_name_of_10000_signs_is_no_trouble(one: ModuleType) -> None:
    assert re.sub(r"\s", "", read(one)).count("n" * 1000) >= 1


def test_no_cell_of_a_workbook_or_table_is_a_formula() -> None:
    rows = [row for one in (FORMATS["csv"], MEDIA["csv"]) for row in csv.reader(StringIO(written(one)[1].decode()))]
    assert (
        rows and [cell for row in rows for cell in row if cell.lstrip()[:1] in tuple("=+-@\uff1d") and cell[1:]] == []
    )
    for data in (written(MEDIA["xlsx"])[1], sheet.written(asked(filing()), filing())):
        book: Any = import_module("openpyxl").load_workbook(BytesIO(data))
        cells = [one for tab in book for row in tab.iter_rows() for one in row]
        assert len(cells) > 100 and {one.data_type for one in cells} <= {"s", "n"}
        assert all(
            "<f>" not in text and "hyperlink" not in text for text in texts(MEDIA["xlsx"].MEDIA, data).split("\n")
        )


def review() -> Iterator[bytes]:
    desk, asks = Desk("/s/0", filing().entity.name), asked(filing())
    yield page.listing(desk, asks, Listing(show="all", word="10.0.1"), "token")
    yield page.asking(desk, [Entry(one) for one in asks if one.noun == "removal"], "token")
    typed = [Entry(one, {"text": "".join(NAMES)}, {"text": NAMES[4]}) for one in asks if "text" in one.blanks]
    yield page.asking(desk, typed[:2], "token", notice=NAMES[2])
    yield page.plain(desk, NAMES[2], NAMES)


def test_review_s_pages_show_it_and_run_nothing() -> None:
    for data in review():
        assert b"<script" not in data and b"onerror=alert(1)>" not in data.replace(b"&gt;", b"")
        assert hidden("\n".join(Spoken(data).own)) == set()


def test_review_s_terminal_prints_no_escape(capsys: pytest.CaptureFixture[str]) -> None:
    for line in terminal.listed(asked(filing()), "en"):
        click.echo(line)
    said = capsys.readouterr().out
    assert "gate\\u{202e}gnp.exe" in said and hidden(said) == set()


def test_the_sheet_gives_back_what_stood_in_it() -> None:
    asks = asked(filing())
    assert sheet.read(sheet.written(asks, filing()), asks, filing()) == []


Render = Callable[[Report], bytes]


@pytest.mark.parametrize("render", [FORMATS["html"].render, FORMATS["walk_sheet"].render], ids=["report", "walk sheet"])
def test_words_read_from_right_to_left_turn_nothing_around_them(render: Render) -> None:
    text = render(report()).decode()
    assert f"\u2068{ARABIC[:-3]}\u2069 12" in text
    assert ARABIC[:-3] not in ISOLATES.sub("", text)

"""A made-up language that marks every text of ours, and reading a page back: what is neither marked nor data is a leftover."""

import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from gettext import NullTranslations
from html.parser import HTMLParser
from typing import Any

import pytest

from reporters import _catalogue
from tests.conftest import ROOT
from tests.reporters.pages import VOID

_spec = importlib.util.spec_from_file_location("catalogues", ROOT / "packaging" / "catalogues.py")
assert _spec and _spec.loader
catalogues = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(catalogues)
all_texts = cache(catalogues.texts)  # reads the whole pack

LANG = "xx"
OPEN, SHUT = "\u27e6", "\u27e7"
SPOKEN = ("aria-label", "title", "alt", "placeholder", "data-words", "content")
WORD = re.compile(r"(?<!\w)[A-Za-z]{2,}(?!\w)")  # no part of a digest or an address


class Marked(NullTranslations):
    """Every text that the real catalogues are made for, each piece between blanks in brackets."""

    def __init__(self) -> None:
        super().__init__()
        self._known = {one for text in all_texts() for one in ([text] if isinstance(text, str) else text)}

    def gettext(self, message: str) -> str:
        return _marked(message) if message in self._known else ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def _marked(text: str) -> str:
    pieces = re.split(r"(\{\w+\}|\|)", text)
    return "".join(f"{OPEN}{one}{SHUT}" if at % 2 == 0 and one.strip() else one for at, one in enumerate(pieces))


def install(patch: pytest.MonkeyPatch) -> None:
    """The language is there as if it had a folder."""
    held, real, found = Marked(), _catalogue._catalogue, (*_catalogue.languages(), LANG)
    patch.setattr(_catalogue, "_catalogue", lambda lang: held if lang == LANG else real(lang))
    patch.setattr(_catalogue, "languages", lambda: found)


def unmarked(text: str) -> str:
    """What of a text is not ours, or is and was not looked up."""
    return re.sub(rf"{OPEN}[^{SHUT}]*{SHUT}", " ", text)


def words(value: Any) -> Iterator[str]:
    """Every word of every string in a noun made plain."""
    if isinstance(value, str):
        yield from (one.casefold() for one in WORD.findall(value))
    elif isinstance(value, dict):
        yield from (word for one in value.values() for word in words(one))
    elif isinstance(value, list | tuple):
        yield from (word for one in value for word in words(one))


class Spoken(HTMLParser):
    """What a page says: `foreign` in elements marked as English, `own` elsewhere, attributes that are read aloud included."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.own: list[str] = []
        self.foreign: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        english = held.get("lang") == "en" or (bool(self._open) and self._open[-1][1])
        if tag != "meta":
            self._said(english, *(held[name] or "" for name in SPOKEN if name in held))
        if tag not in VOID:
            self._open.append((tag, english))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, english = self._open[-1] if self._open else ("", False)
        if tag not in ("style", "script", "code"):
            self._said(english, data)

    def _said(self, english: bool, *texts: str) -> None:
        (self.foreign if english else self.own).extend(one for one in texts if one.strip())

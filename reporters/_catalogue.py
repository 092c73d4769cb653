"""The program's own words in the reader's language, out of gettext catalogues; a text nobody translated stays as it is."""

import re
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from reporters._phrases import PHRASES

DOMAIN = "laydown"
LANGUAGES = ("en", "es", "fr")
_BLANK = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=16384)  # 2,000 devices have the same few words
def told(text: str, lang: str) -> str:
    """`text` in `lang` (ISO 639-1). English, an unknown language or text: as given. Quotations of law are never looked up.

    A text that was put together elsewhere (`10.0.0.1 was seen, and ...`) is found by the phrase it was made from (reporters/_phrases.py).
    """
    if not text or lang == "en":
        return text
    found = _catalogue(lang).gettext(text)
    return found if found != text else _filled(text, lang)


def known(text: str, lang: str) -> bool:
    """Whether `text` is one that the catalogue of `lang` holds, or empty, or without any word."""
    return lang == "en" or not any(map(str.isalpha, text)) or told(text, lang) != text


def many(count: int, word: str, lang: str, several: str = "") -> str:
    """`1 device`, `2 devices` in `lang`; `several` where an s does not do."""
    single = count == 1 or (lang == "fr" and count == 0)  # French counts none as one
    form = "{count} " + (word if single else several or word + "s")
    return told(form, lang).replace("{count}", f"{count:,}")


def filled(phrase: str, **values: object) -> str:
    """A phrase with its blanks filled, all at once: a value may have braces of its own."""
    return _BLANK.sub(lambda blank: str(values.get(blank[1], blank[0])), phrase)


def _own(name: str, value: str, lang: str) -> str:
    return told(value, lang) if name.endswith("_") else value


def _filled(text: str, lang: str) -> str:
    """The phrase that `text` was made from, in `lang`, with the same values; those named `..._` are phrases themselves."""
    for shape, phrase, begin, end in _shapes():
        if text.startswith(begin) and text.endswith(end) and (found := shape.fullmatch(text)):
            words = _catalogue(lang).gettext(phrase)
            if words == phrase:
                return text
            return filled(words, **{name: _own(name, value, lang) for name, value in found.groupdict().items()})
    return text


@cache
def _shapes() -> list[tuple[re.Pattern[str], str, str, str]]:
    """Every phrase with blanks as what it looks like when filled, the one that says most first."""
    made = []
    for phrase in PHRASES:
        pieces = _BLANK.split(phrase)
        if len(pieces) > 1:
            found = "".join(re.escape(piece) if at % 2 == 0 else _value(piece) for at, piece in enumerate(pieces))
            made.append((sum(map(len, pieces[::2])), re.compile(found, re.DOTALL), phrase, pieces[0], pieces[-1]))
    return [one[1:] for one in sorted(made, key=lambda one: (-one[0], one[2]))]


def _value(name: str) -> str:
    if name in ("number", "count"):
        return rf"(?P<{name}>[\d,]+)"
    return rf"(?P<{name}>.*)" if name.endswith("_") else rf"(?P<{name}>.+?)"


@cache
def _catalogue(lang: str) -> NullTranslations:
    place = files("reporters").joinpath("_catalogues", lang, "LC_MESSAGES", f"{DOMAIN}.mo")
    if not lang.isalpha() or not place.is_file():
        return NullTranslations()
    with place.open("rb") as held:
        return GNUTranslations(held)

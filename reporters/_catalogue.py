"""The program's own words in the reader's language, out of gettext catalogues; a text nobody translated stays as it is."""

from collections.abc import Iterator
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from reporters._shapes import BLANK, FOREIGN, PARTED, Shape, shapes

DOMAIN = "laydown"
FOLDER = "_catalogues"
BETWEEN = "; "  # two reasons in one text
THIN = "\u202f"  # parts thousands where a comma would be read as a decimal point
Piece = tuple[str, bool]  # words, and whether they are English prose that nobody translated


@cache
def languages() -> tuple[str, ...]:
    """English, and every language that has a folder with a catalogue."""
    place = files("reporters").joinpath(FOLDER)
    found = [one.name for one in place.iterdir() if _compiled(one.name).is_file()] if place.is_dir() else []
    return ("en", *sorted(found))


def told(text: str, lang: str) -> str:
    """`text` in `lang` (ISO 639-1). English, an unknown language or text: as given. Quotations of law are never looked up."""
    return "".join(words for words, _ in spoken(text, lang))


@lru_cache(maxsize=16384)  # 2,000 devices have the same few words
def spoken(text: str, lang: str) -> tuple[Piece, ...]:
    """`text` in `lang` piece by piece, so that a page can mark what stays English.

    A text that was put together elsewhere (`10.0.0.1 was seen, and ...`) is found by the phrase it was made from (reporters/_phrases.py).
    """
    if not text or lang == "en":
        return ((text, False),)
    found = _catalogue(lang).gettext(text)
    if found:
        return ((found, False),)
    return tuple(_filled(text, lang)) or _parts(text, lang)


def many(count: int, word: str, lang: str, several: str = "") -> str:
    """`1 device`, `2 devices` in `lang`; `several` where an s does not do."""
    forms = "{number} " + word, "{number} " + (several or word + "s")
    found = _catalogue(lang).ngettext(*forms, count) or forms[count != 1]
    return found.replace("{number}", number(count, lang))


def number(count: int, lang: str) -> str:
    """`1,234` in English; in other languages with a thin space, which nobody reads as a decimal point."""
    return f"{count:,}" if lang == "en" else f"{count:,}".replace(",", THIN)


def filled(phrase: str, **values: object) -> str:
    """A phrase with its blanks filled, all at once: a value may have braces of its own."""
    return BLANK.sub(lambda blank: str(values.get(blank[1], blank[0])), phrase)


def _parts(text: str, lang: str) -> tuple[Piece, ...]:
    """Several reasons in one text, each by itself; a text that is no phrase of ours stays as it is."""
    parts = [spoken(part, lang) for part in text.split(BETWEEN)] if BETWEEN in text else []
    if any(not english for part in parts for _, english in part):
        return tuple(piece for at, part in enumerate(parts) for piece in (((BETWEEN, False), *part) if at else part))
    return ((text, any(map(str.isalpha, text))),)


def _filled(text: str, lang: str) -> Iterator[Piece]:
    """The phrase that `text` was made from, in `lang`, with the same values; nothing where there is none."""
    for shape in shapes():
        found = shape.match(text)
        if found is not None:
            phrase = _phrase(shape, found, lang)
            for at, piece in enumerate(BLANK.split(phrase)):
                if piece:
                    yield from _value(piece, found[piece], lang) if at % 2 else ((piece, False),)
            return


def _phrase(shape: Shape, found: dict[str, str], lang: str) -> str:
    if len(shape.forms) == 1:
        return _catalogue(lang).gettext(shape.forms[0])
    one, several = shape.forms
    return _catalogue(lang).ngettext(one, several, int(found["number"].replace(",", "")))


def _value(name: str, value: str, lang: str) -> Iterator[Piece]:
    """What stands in a blank: own words in `lang`, a number in its form, anything else as it is."""
    if name in PARTED:
        for at, part in enumerate(value.split(PARTED[name])):
            yield from (((PARTED[name], False),) if at else ())
            yield from spoken(part, lang)
    elif name.endswith("_"):
        yield from spoken(value, lang)
    elif name in ("number", "count"):
        yield value.replace(",", THIN), False
    elif name in FOREIGN:
        yield from spoken(value, lang)
    else:
        yield value, False


def _compiled(lang: str):  # type: ignore[no-untyped-def]  # a Traversable, whose home differs between Pythons
    return files("reporters").joinpath(FOLDER, lang, "LC_MESSAGES", f"{DOMAIN}.mo")


class _Nothing(NullTranslations):
    """What a catalogue does not hold is "": a translation may well read as the text does."""

    def gettext(self, message: str) -> str:
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return ""


@cache
def _catalogue(lang: str) -> NullTranslations:
    if lang not in languages() or lang == "en":
        return _Nothing()
    with _compiled(lang).open("rb") as held:
        found = GNUTranslations(held)
    found.add_fallback(_Nothing())
    return found

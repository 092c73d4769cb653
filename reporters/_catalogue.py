"""The program's own words in the reader's language, out of gettext catalogues; a text nobody translated stays as it is."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

DOMAIN = "laydown"


def told(text: str, lang: str) -> str:
    """`text` in `lang` (ISO 639-1). English, an unknown language or text: as given. Quotations of law are never looked up."""
    return _catalogue(lang).gettext(text) if text else ""


@cache
def _catalogue(lang: str) -> NullTranslations:
    place = files("reporters").joinpath("_catalogues", lang, "LC_MESSAGES", f"{DOMAIN}.mo")
    if not lang.isalpha() or not place.is_file():
        return NullTranslations()
    with place.open("rb") as held:
        return GNUTranslations(held)

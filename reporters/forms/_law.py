"""The law's own words from _law.toml, ready to be set as quotations with clause, date and source."""

from importlib.resources import files

import msgspec

from reporters._document import Quote
from reporters.regimes import EDITIONS

AUTHORITY = "section-889"


class _Words(msgspec.Struct, frozen=True):
    clause: str
    dated: str
    edition: str
    text: str


_held = msgspec.toml.decode(files("reporters.forms").joinpath("_law.toml").read_bytes())
_words = msgspec.convert(_held, dict[str, _Words])


def quote(name: str) -> Quote:
    """The quotation `name` of _law.toml."""
    found = _words[name]
    return Quote(found.text, found.clause, found.dated, EDITIONS[found.edition])

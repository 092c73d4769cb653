"""The law's own words from _law.toml, ready to be set as quotations with clause, date and source."""

from importlib.resources import files

import msgspec

from reporters.forms._document import Quote

AUTHORITY = "section-889"
EDITIONS = {
    "legacy": "Text of the Federal Acquisition Regulation before its overhaul.",
    "overhaul": "Model text of the FAR overhaul, read in a public compilation of May 2026; it binds only "
    "through an agency's "
    "class deviation.",
}


class Box(msgspec.Struct, frozen=True):
    """A representation around its boxes."""

    before: str
    after: str


class _Words(msgspec.Struct, frozen=True):
    clause: str
    dated: str
    edition: str
    text: str


_held = msgspec.toml.decode(files("reporters.forms").joinpath("_law.toml").read_bytes())
BOXES: dict[str, Box] = msgspec.convert(_held.pop("box"), dict[str, Box])
_words = msgspec.convert(_held, dict[str, _Words])


def quote(name: str) -> Quote:
    """The quotation `name` of _law.toml."""
    found = _words[name]
    return Quote(found.text, found.clause, found.dated, EDITIONS[found.edition])

"""Regimes: one toml file a clause, found by being in this folder. Their quotations are US Government works."""

from functools import cache
from importlib.resources import files

import msgspec

from model.regime import Regime
from model.trouble import Trouble
from reporters._document import Quote

EDITIONS = {
    "legacy": "Text of the Federal Acquisition Regulation before its overhaul.",
    "overhaul": "Model text of the FAR overhaul, read in a public compilation of May 2026; it binds only through an agency's "
    "class deviation.",
    "dfars": "Text of the Defense Federal Acquisition Regulation Supplement, as kept by class deviation 2026-O0025.",
}


@cache
def regimes() -> dict[str, Regime]:
    """Every regime by id; Trouble naming the file that cannot be read."""
    found = {}
    for path in sorted(files(__name__).iterdir(), key=lambda one: one.name):
        if path.name.endswith(".toml"):
            try:
                one = msgspec.toml.decode(path.read_bytes(), type=Regime)
            except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as fault:
                raise Trouble(f"reporters/regimes/{path.name}", f"not a regime ({fault})", "mend the file") from None
            found[one.id] = one
    return found


def regime(id: str) -> Regime:
    """The regime `id`; Trouble where no file has it."""
    try:
        return regimes()[id]
    except KeyError:
        raise Trouble(id, "no such regime", f"one of: {', '.join(regimes())}") from None


def quote(id: str, name: str) -> Quote:
    """The passage `name` of the regime `id`, ready to be set as a quotation with clause, date and source."""
    found = regime(id).quote[name]
    return Quote(found.text, found.clause, found.dated, EDITIONS[found.edition])

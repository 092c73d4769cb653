"""What the subcontractor's certificate quotes and asks, out of _flow_down.toml: shaped as a regime, though no clause prescribes it."""

from importlib.resources import files

import msgspec

from model.regime import Regime
from reporters._document import Quote
from reporters.regimes import EDITIONS

LAW = msgspec.toml.decode(files("reporters.forms").joinpath("_flow_down.toml").read_bytes(), type=Regime)


def quote(name: str) -> Quote:
    """The quotation `name`, with clause, date and source."""
    found = LAW.quote[name]
    return Quote(found.text, found.clause, found.dated, EDITIONS[found.edition])

"""Where the forms once took Section 889's words from; they stand in the regimes now."""

from reporters._document import Quote
from reporters.forms._section_889 import AUTHORITY
from reporters.regimes import quote as of_regime

__all__ = ["AUTHORITY", "quote"]
HOMES = {"exception_24": "far-52.204-24", "submission": "far-52.240-90", "disclose": "far-52.240-90"}


def quote(name: str) -> Quote:
    """The quotation `name` of the regime that has it."""
    return of_regime(HOMES.get(name, "far-52.204-25"), name)

"""What the parts of a review share: the word already given, and who it is that says it."""

from typing import Any

import msgspec

from model.answering import identity, table
from model.filing import Filing

SIGNED = ("by", "date")
YES_NO = ("yes", "no")


def said(filing: Filing, noun: str, fixed: dict[str, str], open: tuple[str, ...]) -> dict[str, str]:
    """{field: value} of the word about the same thing in the answers; {} where nobody has given one."""
    about: Any = msgspec.convert(_nested(fixed, open, noun), table(noun))
    for one in getattr(filing.answers, noun):
        if identity(noun, one) == identity(noun, about):
            return {name: value for name in open if (value := getattr(one, name, "")) and isinstance(value, str)}
    return {}


def _nested(fixed: dict[str, str], open: tuple[str, ...], noun: str) -> dict[str, Any]:
    """The fixed fields as the noun has them, blanks for what the person fills."""
    held: dict[str, Any] = {one.name: "" for one in msgspec.structs.fields(table(noun)) if one.required}
    held |= {name: value for name, value in fixed.items() if not name.startswith("of.")}
    group = {
        name[3:]: value == "true" if name == "of.random_mac" else value
        for name, value in fixed.items()
        if name.startswith("of.")
    }
    if "devices" in held:
        held["devices"] = tuple(held["devices"].split(","))
    return held | ({"of": group} if group else {})

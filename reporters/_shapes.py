"""What a phrase looks like once its blanks are filled: how a text that was put together elsewhere is found again."""

import re
from functools import cache

import msgspec

from reporters._phrases import PHRASES

BLANK = re.compile(r"\{(\w+)\}")
# Blanks that hold English prose: a quotation of law, a reason given at the scan, a clause's title.
FOREIGN = frozenset({"quote", "reason", "fault", "title"})
# Blanks that hold several texts of this program's, and what parts them.
PARTED = {"list_": "; ", "parts_": ", "}
VALUES = {
    "number": r"[\d,]+",
    "count": r"[\d,]+",
    "parts_": r"[\w ,-]+",
    "model": ".*?",
    "maker": r"(?:(?! makes |; ).)+",
    "mac": r"\S+",
    "at": r"\S+",
    "registry": r"\S+",
    "contract": r"\S+",
    "clause": r"\S+",
}


class Shape(msgspec.Struct, frozen=True):
    """`forms`: the phrase, or its singular and plural; `begin`, `end`: what every text of it begins and ends with."""

    forms: tuple[str, ...]
    begin: str
    end: str
    pattern: re.Pattern[str]

    def match(self, text: str) -> dict[str, str] | None:
        """{blank: what stands in it}; None for a text of another shape."""
        if not (text.startswith(self.begin) and text.endswith(self.end)):
            return None
        found = self.pattern.fullmatch(text)
        return found.groupdict() if found else None


@cache
def shapes() -> tuple[Shape, ...]:
    """Every phrase with blanks, the one that says most first."""
    made: list[tuple[int, Shape]] = []
    for phrase in PHRASES:
        forms = (phrase,) if isinstance(phrase, str) else phrase
        made += [_shape(one, forms) for one in dict.fromkeys(forms) if BLANK.search(one)]
    return tuple(shape for _, shape in sorted(made, key=lambda one: (-one[0], one[1].forms, one[1].pattern.pattern)))


def _shape(phrase: str, forms: tuple[str, ...]) -> tuple[int, Shape]:
    pieces = BLANK.split(phrase)
    found = "".join(re.escape(piece) if at % 2 == 0 else _value(piece) for at, piece in enumerate(pieces))
    return sum(map(len, pieces[::2])), Shape(forms, pieces[0], pieces[-1], re.compile(found, re.DOTALL))


def _value(name: str) -> str:
    return f"(?P<{name}>{VALUES.get(name, '.*' if name.endswith('_') else '.+?')})"

"""Which literal texts a pattern cannot match without: the prefilter's question, answered from the pattern's own syntax tree."""

import re
import re._constants as syntax  # type: ignore[import-not-found,unused-ignore]
import re._parser as parser  # type: ignore[import-not-found,unused-ignore]
import warnings
from typing import Any

SHORTEST = 3  # a shorter literal is in too many texts to sift anything
MOST = 64

Needed = frozenset[str]
# What RE2 reads in another way than Python's parser does: `[[:alpha:]]`.
OTHER_SYNTAX = re.compile(r"\[:\^?\w+:\]")


def needed(pattern: str) -> Needed | None:
    """Texts of which at least one is in every match once both are folded; None where the syntax gives none: always tried."""
    if OTHER_SYNTAX.search(pattern):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of things that are RE2's to judge
            tree = parser.parse(pattern)
    except (re_error, RecursionError, OverflowError):
        return None
    found = _of(tree)
    return found if found and len(found) <= MOST and min(map(len, found)) >= SHORTEST else None


def folded(text: str) -> str:
    """The text in which to look for what is needed. Not `lower`: under (?i) RE2 takes a long s for an s, a Kelvin sign for a k."""
    return text.casefold()


re_error = parser.error if hasattr(parser, "error") else ValueError


def _of(tree: Any) -> Needed | None:
    choices: list[Needed] = []
    run = ""
    for op, arg in [*tree, (None, None)]:
        if op is syntax.LITERAL and arg < 0x80:
            run += chr(arg).lower()
            continue
        if run:
            choices.append(frozenset({run}))
            run = ""
        inner = _inside(op, arg)
        if inner:
            choices.append(inner)
    return max(choices, key=lambda texts: (min(map(len, texts)), -len(texts)), default=None)


def _inside(op: Any, arg: Any) -> Needed | None:
    if op is syntax.SUBPATTERN:
        return _of(arg[3])
    if op in (syntax.MAX_REPEAT, syntax.MIN_REPEAT) and arg[0] >= 1:
        return _of(arg[2])
    if op is syntax.BRANCH:
        parts = [_of(branch) for branch in arg[1]]
        if all(parts):
            return frozenset(text for part in parts if part for text in part)
    return None

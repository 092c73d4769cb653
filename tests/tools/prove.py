"""Finds, for each mutant that a rule's proofs do not notice, a text that tells the two apart: fingerprints/proofs/patterns.json.

    python -m tests.tools.prove [MAKER...]

Texts are built from the patterns, each branch and option once. They pin what a rule takes and leaves; that devices say so is for
the examples in the rules file to show.
"""

from __future__ import annotations

import re
import re._constants as syntax  # type: ignore[import-not-found,unused-ignore]
import re._parser as parser  # type: ignore[import-not-found,unused-ignore]
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fingerprints.match import tried
from fingerprints.pack import load
from fingerprints.rules_format import More, Rule
from model.trouble import Trouble
from tests.tools.mutants import mutants

FILE = Path(__file__).resolve().parents[2] / "fingerprints" / "proofs" / "patterns.json"
MOST = 160  # texts of one pattern that are tried
LONGEST = 200
NOISE = ("q", " q", "Q7", ".", "q q", "~", "§", "\n")
GROUPS = {
    "CATEGORY_DIGIT": "7", "CATEGORY_NOT_DIGIT": "q", "CATEGORY_WORD": "w", "CATEGORY_NOT_WORD": "-", "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "w",
}  # fmt: skip


def texts(pattern: str) -> list[str]:
    """Texts that the pattern is likely to take: every branch, option and class once, the rest at its simplest."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = parser.parse(pattern)
        except (ValueError, RecursionError, OverflowError, re.error):
            return []
    # What stands for any sign: a blank ends a word, a letter goes on with it, a newline begins a line.
    return list(dict.fromkeys(text for sign in " w\n" for text in _row(tree, sign)[:MOST]))


def _row(tree: Any, sign: str) -> list[str]:
    """The first of every part; then, a part at a time, each of its others among the first of the rest."""
    parts = [_one(op, arg, sign) for op, arg in tree]
    found = ["".join(part[0] for part in parts)]
    for place, part in enumerate(parts):
        before, after = "".join(p[0] for p in parts[:place]), "".join(p[0] for p in parts[place + 1 :])
        found += [before + other + after for other in part[1:]]
    return found[: MOST * 2]


def _one(op: Any, arg: Any, sign: str) -> list[str]:
    if op is syntax.LITERAL:
        return [chr(arg)]
    if op is syntax.NOT_LITERAL:
        return ["q" if arg != ord("q") else "j"]
    if op is syntax.ANY:
        return [sign]
    if op is syntax.IN:
        return _class(arg)
    if op is syntax.BRANCH:
        return [text for branch in arg[1] for text in _row(branch, sign)]
    if op is syntax.SUBPATTERN:
        return _row(arg[3], sign)
    if op in (syntax.MAX_REPEAT, syntax.MIN_REPEAT):
        return _repeated(arg, sign)
    return [""]


def _repeated(arg: Any, sign: str) -> list[str]:
    least, most, inner = arg
    row = _row(inner, sign)
    found = [row[0] * max(least, 1)]
    found += [other + row[0] * (max(least, 1) - 1) for other in row[1:]]
    if most > max(least, 1):
        found.append(row[0] * (max(least, 1) + 1))
        found += [row[0] * max(least, 1) + other for other in row[1:4]]
    return [*found, ""] if least == 0 else found


def _class(arg: Any) -> list[str]:
    if arg and arg[0][0] is syntax.NEGATE:
        held = {chr(code) for op, code in arg[1:] if op is syntax.LITERAL}
        return [sign for sign in "w7 -." if sign not in held][:2] or ["q"]
    found: list[str] = []
    for op, value in arg:
        if op is syntax.LITERAL:
            found.append(chr(value))
        elif op is syntax.RANGE:
            found += [chr(value[0]), chr(value[1])]
        elif op is syntax.CATEGORY:
            found.append(GROUPS.get(str(value), "w"))
    return found or ["w"]


def more(maker: str, rule: Rule) -> More:
    """Texts for the mutants that the rule's own examples and near-misses let live."""
    matches: list[str] = []
    misses: list[str] = []
    own = _candidates(rule.pattern, rule)
    for _, pattern in mutants(rule.pattern):
        other = msgspec.structs.replace(rule, pattern=pattern)
        try:
            if _noticed(maker, rule, other, matches, misses):
                continue
            told = next(_apart(maker, rule, other, [*own, *_candidates(pattern, rule)]), None)
        except Trouble:
            continue
        if told is not None:
            (matches if tried(maker, rule, told) else misses).append(told)
    return More(tuple(matches), tuple(misses))


def _noticed(maker: str, rule: Rule, other: Rule, matches: list[str], misses: list[str]) -> bool:
    for text in (*rule.matches, *matches):
        before, after = tried(maker, rule, text), tried(maker, other, text)
        if after is None or before is None or after.given != before.given:
            return True
    return any(tried(maker, other, text) for text in (*rule.misses, *misses))


def _candidates(pattern: str, rule: Rule) -> list[str]:
    made = texts(pattern)
    noisy = [
        side for text in (*made[:3], *rule.matches[:2]) for noise in NOISE for side in (noise + text, text + noise)
    ]
    return [text for text in (*made, *noisy) if 0 < len(text) <= LONGEST and text.replace("\n", "").isprintable()]


def _apart(maker: str, rule: Rule, other: Rule, candidates: Sequence[str]) -> Iterator[str]:
    """A text that one of the two takes and the other leaves, or that both take differently."""
    for text in candidates:
        one, two = tried(maker, rule, text), tried(maker, other, text)
        if (one is None) != (two is None) or (one and two and one.given != two.given):
            yield text


def main(words: Sequence[str]) -> int:
    pack = load()
    kept = {maker: held for maker, held in pack.proofs.items() if words and maker not in words and maker in pack.makers}
    for maker, held in pack.makers.items():
        if not words or maker in words:
            made = {rule.id: more(maker, rule) for rule in held.rule}
            kept[maker] = {name: one for name, one in made.items() if one.matches or one.misses}
    FILE.parent.mkdir(exist_ok=True)
    data = msgspec.json.encode({maker: held for maker, held in kept.items() if held}, order="sorted")
    FILE.write_bytes(msgspec.json.format(data, indent=1) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

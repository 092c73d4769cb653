"""The prefilter's question is answered soundly: whatever RE2 matches holds one of the texts that `needed` names."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from fingerprints.literals import SHORTEST, folded, needed
from fingerprints.match import compiled
from fingerprints.pack import load
from model.trouble import Trouble

RULES = [(stem, rule) for stem, maker in load().makers.items() for rule in maker.rule]
# A long s and a Kelvin sign are an s and a k to RE2 under (?i); the others fold to more than one letter, or to none of ASCII.
TRAPS = "sSkK\u017f\u212a\u0130\u00df\ufb01\u03c3\u0131"

PIECES = st.sampled_from(
    "abc switch KISS [a-c] [^x] (?:alpha|be) (abd|abe)x? (?i:SkiS) . .* \\d+ ^ $ \\b x{2} (?:abc){0,2} (?:kis){1,2} é \\. \\x41 "
    "[[:alpha:]] \\pL (?P<m>[a-z]+) (?s:.) a|b".split()
)
PATTERNS = st.tuples(st.sampled_from(["", "(?i)"]), st.lists(PIECES, min_size=1, max_size=6)).map(
    lambda made: made[0] + "".join(made[1])
)
TEXTS = st.text(alphabet="abcdex124ONEtwoalphbeswitKIS.é\n" + TRAPS, max_size=30)


def sound(pattern: str, text: str) -> bool:
    """Whether `text` does not match, or holds something that was said to be needed."""
    texts = needed(pattern)
    return texts is None or not compiled(pattern).search(text) or any(one in folded(text) for one in texts)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("Cisco IOS", {"cisco ios"}),
        ("^HUAWEI (S|AR)[0-9]+", {"huawei "}),
        ("(?:alpha|beta)", {"alpha", "beta"}),
        ("(?:alpha|b)", None),
        ("(?:alpha)?beta", {"beta"}),
        ("(?:alpha)*", None),
        ("ab", None),
        (".*", None),
        ("(?i)KISS", {"kiss"}),
        ("caf\u00e9teria", {"teria"}),
        ("[[:alpha:]]xyz", None),
        (r"\Qa.b.c\E", None),
        (r"\pLxyz", None),
    ],
)
def test_what_a_pattern_needs(pattern: str, expected: set[str] | None) -> None:
    found = needed(pattern)
    assert found == expected
    assert found is None or min(map(len, found)) >= SHORTEST


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(?i)kelvin", "\u212aELVIN"),
        ("(?i)sister", "\u017fi\u017fter"),
        ("(?i:risk)", "RI\u017f\u212a"),
        ("[[:alpha:]]xyz", "axyz"),
        ("(?i)switch", "SW\u0130TCH SWITCH"),
    ],
)
def test_case_beyond_ascii_and_other_syntax_lose_nothing(pattern: str, text: str) -> None:
    assert compiled(pattern).search(text), "RE2 matches here; if it no longer does, the case proves nothing"
    assert sound(pattern, text)


@settings(max_examples=600, deadline=None)
@given(pattern=PATTERNS, text=TEXTS)
@example(pattern="(?i)kiss", text="\u212ai\u017f\u017f")
@example(pattern="(?:abcd|abce)", text="xxabce")
def test_whatever_matches_holds_what_is_needed(pattern: str, text: str) -> None:
    try:
        compiled(pattern)
    except Trouble:
        assume(False)
    assert sound(pattern, text)


@settings(max_examples=400, deadline=None)
@given(rule=st.sampled_from([rule for _, rule in RULES]), data=st.data())
def test_no_shipped_rule_needs_what_its_matches_lack(rule: object, data: st.DataObject) -> None:
    """Matching texts, with letters swapped for those that fold to them."""
    text = data.draw(st.sampled_from(rule.matches))  # type: ignore[attr-defined]
    swap = {"s": "\u017f", "S": "\u017f", "k": "\u212a", "K": "\u212a"}
    changed = "".join(swap[c] if c in swap and data.draw(st.booleans()) else c for c in text[:60]) + text[60:]
    assert sound(rule.pattern, text) and sound(rule.pattern, changed)  # type: ignore[attr-defined]


def test_most_rules_are_sifted() -> None:
    """The prefilter is worth its keep: nine in ten rules need a text."""
    assert sum(needed(rule.pattern) is not None for _, rule in RULES) > 0.9 * len(RULES)

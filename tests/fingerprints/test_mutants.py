"""A slip of the hand in a pattern is noticed by that rule's own proofs. Every rule: `make mutants`; here one in thirty."""

from __future__ import annotations

import pytest

from fingerprints.check import faults
from fingerprints.pack import Pack, load
from fingerprints.rules_format import Rule
from tests.tools.mutants import GOAL, Score, accusing, everything, mutants, pieces, scored, with_more
from tests.tools.prove import texts

PACK = load()
SAMPLE = [(maker, rule) for maker, held in sorted(PACK.makers.items()) for rule in held.rule][::30]


def test_nine_of_ten_mutants_are_noticed() -> None:
    total = Score()
    for maker, rule in SAMPLE:
        found = scored(maker, with_more(PACK, maker, rule))
        total.made, total.caught = total.made + found.made, total.caught + found.caught
    assert total.made > 1000 and total.share >= GOAL, total


def test_the_examples_in_the_files_of_who_is_accused_notice_nine_of_ten_alone() -> None:
    """Each rule of the listed makers, their affiliates and the brands that they build for: made texts are no part of it."""
    told, rules = everything(PACK, accusing(PACK))
    assert rules > 400 and told.weak_own == [], told.weak_own


def rule(pattern: str, matches: tuple[str, ...] = (), misses: tuple[str, ...] = ()) -> Rule:
    return Rule("r", "html_title", pattern, "declared", "test", matches, misses)


def test_a_rule_with_too_few_proofs_is_found_out() -> None:
    weak = scored("m", rule(r"^(?:Alpha|Beta)-\d$", ("Alpha-7",), ("Gamma",)))
    assert (
        weak.share < GOAL
        and any("literal B" in text for text in weak.alive)
        and any("anchor $" in text for text in weak.alive)
    )
    strong = rule(r"^(?:Alpha|Beta)-\d$", ("Alpha-7", "Beta-7"), ("qAlpha-7", "Alpha-7q", "Alpha-q", "Alpha7"))
    assert scored("m", strong).share == 1.0, scored("m", strong).alive


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        (r"^a\.b$", "anchor literal literal literal anchor"),
        (r"(?i)(?:x|(?P<m>[^\]a-z]+))", "other other literal other other class other other other"),
        (r"\d{2,5}\bq\x{b3}[[:alpha:]]", "class other anchor literal literal class"),
        (r".*?\pL[]]", "class other other class class"),
    ],
)
def test_a_pattern_is_taken_apart_as_it_is_meant(pattern: str, kinds: str) -> None:
    found = list(pieces(pattern))
    assert " ".join(piece.kind for piece in found) == kinds
    assert "".join(pattern[piece.start : piece.end] for piece in found) == pattern
    assert pattern not in {made for _, made in mutants(pattern)}


def test_made_texts_reach_every_branch_and_option() -> None:
    found = texts(r"^(?:Alpha|Beta(?: Two)?)-\d+[xy]?$")
    assert {"Alpha-7x", "Beta Two-7x", "Beta-7x", "Alpha-7y", "Alpha-7"} <= set(found)


def test_a_changed_pattern_is_said_with_the_remedy() -> None:
    name = "rules/lantronix.toml"
    parts = {**PACK.parts, name: PACK.parts[name].replace(b"'^244 '", b"'244 '")}
    assert parts[name] != PACK.parts[name]
    found = faults(Pack(parts, PACK.registry))
    assert any("now matches" in text and "python -m tests.tools.prove" in text for text in found), found
    gone = {**PACK.parts, "proofs/patterns.json": b'{"hytera":{"no-such":{"matches":["x"]}}}'}
    assert any("proves a rule that is not there" in text for text in faults(Pack(gone, PACK.registry)))

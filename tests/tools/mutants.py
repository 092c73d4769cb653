"""Changes one literal, class or anchor of a rule's pattern at a time, and asks the rule's own proofs whether they notice.

    python -m tests.tools.mutants [MAKER...]        all makers without a name; prints the weak rules and the shares caught

Two shares are told apart: what the examples in the rules files alone notice, and what they notice with the made texts of
fingerprints/proofs/patterns.json. The first counts for the makers that a law lists and for what may be built by them.

A mutant is caught if an example no longer matches or gives something else than it did, or a near-miss matches. A literal loses a
sign or gets a wrong one, a class is turned round or widened to any sign, an anchor goes. Mutants that are no RE2, or that mean
what they meant before, do not count: those that an analysis of the syntax finds equal (a sign in a class that holds it twice,
an anchor behind what cannot match otherwise).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from fingerprints.match import tried
from fingerprints.pack import Pack, load
from fingerprints.rules_format import Rule
from model.trouble import Trouble

GOAL = 0.9
ESCAPE_CLASS = "dDwWsSbB"
ANY = "[^\\x00]"


class Piece(msgspec.Struct, frozen=True):
    """A part of a pattern: `kind` literal, class, anchor or other; where it stands."""

    kind: str
    start: int
    end: int


def pieces(pattern: str) -> Iterator[Piece]:
    """The parts in order. Groups, branches and counts are `other`: they are no literal, class or anchor."""
    at, size = 0, len(pattern)
    while at < size:
        sign = pattern[at]
        end = at + 1
        kind = "literal"
        if sign == "\\" and at + 1 < size:
            end, kind = _escape(pattern, at)
        elif sign == "[":
            end, kind = _class_end(pattern, at), "class"
        elif sign in "^$":
            kind = "anchor"
        elif sign == ".":
            kind = "class"
        elif sign == "(":
            found = re.compile(r"\((?:\?P<\w+>|\?[imsU-]*[:)])?").match(pattern, at)
            end, kind = (found.end() if found else end), "other"
        elif sign == "{" and (count := re.compile(r"\{\d+(?:,\d*)?\}\??").match(pattern, at)):
            end, kind = count.end(), "other"
        elif sign in ")|*+?":
            kind = "other"
        yield Piece(kind, at, end)
        at = end


def _escape(pattern: str, at: int) -> tuple[int, str]:
    sign = pattern[at + 1]
    if sign == "x":
        found = re.compile(r"\\x(?:\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})").match(pattern, at)
        return (found.end() if found else at + 2), "literal"
    if sign in "pP":
        found = re.compile(r"\\[pP](?:\{\^?\w+\}|\w)").match(pattern, at)
        return (found.end() if found else at + 2), "class"
    if sign in "AzZbB":
        return at + 2, "anchor"
    return at + 2, "class" if sign in ESCAPE_CLASS else "literal"


def _class_end(pattern: str, at: int) -> int:
    end = at + 1 + (pattern[at + 1 : at + 2] == "^")
    end += pattern[end : end + 1] == "]"
    while end < len(pattern) and pattern[end] != "]":
        named = re.compile(r"\[:\^?\w+:\]").match(pattern, end)
        end = named.end() if named else end + 1 + (pattern[end] == "\\")
    return end + 1


def mutants(pattern: str) -> Iterator[tuple[str, str]]:
    """(what was done, the mutant's pattern), each once."""
    seen = {pattern}
    for piece in pieces(pattern):
        text = pattern[piece.start : piece.end]
        for what, other in _changes(piece, text, pattern):
            made = pattern[: piece.start] + other + pattern[piece.end :]
            if made not in seen:
                seen.add(made)
                yield f"{piece.kind} {text} at {piece.start}: {what}", made


def _changes(piece: Piece, text: str, pattern: str) -> Iterator[tuple[str, str]]:
    counted = pattern[piece.end : piece.end + 1] in tuple("*+?{")
    if piece.kind == "literal":
        yield "another sign", "q" if text.lower() != "q" else "j"
        if not counted:
            yield "gone", ""
    elif piece.kind == "class":
        turned = {"\\d": "\\D", "\\w": "\\W", "\\s": "\\S", "\\D": "\\d", "\\W": "\\w", "\\S": "\\s", ".": "\\n"}.get(
            text
        )
        if turned is None and text.startswith("["):
            turned = f"[{text[2:]}" if text.startswith("[^") else f"[^{text[1:]}"
        if turned:
            yield "turned round", turned
    elif piece.kind == "anchor":
        yield "gone", ""


def caught(maker: str, rule: Rule, pattern: str) -> bool | None:
    """Whether the rule's own proofs notice; None where the mutant is no pattern."""
    other = msgspec.structs.replace(rule, pattern=pattern)
    try:
        for text in rule.matches:
            before, after = tried(maker, rule, text), tried(maker, other, text)
            if after is None or before is None or after.given != before.given:
                return True
        return any(tried(maker, other, text) for text in rule.misses)
    except Trouble:
        return None


class Score(msgspec.Struct):
    """Of one rule, or of all."""

    made: int = 0
    caught: int = 0
    alive: list[str] = []

    @property
    def share(self) -> float:
        return self.caught / self.made if self.made else 1.0


def scored(maker: str, rule: Rule) -> Score:
    """All mutants of one rule."""
    found = Score()
    for what, pattern in mutants(rule.pattern):
        said = caught(maker, rule, pattern)
        if said is None:
            continue
        found.made += 1
        found.caught += said
        if not said:
            found.alive.append(what)
    return found


def with_more(pack: Pack, maker: str, rule: Rule) -> Rule:
    """The rule with the further proofs that the pack holds for it."""
    found = pack.proofs.get(maker, {}).get(rule.id)
    if found is None:
        return rule
    return msgspec.structs.replace(rule, matches=(*rule.matches, *found.matches), misses=(*rule.misses, *found.misses))


def accusing(pack: Pack) -> set[str]:
    """The makers whose rules decide accusations: those listed, their affiliates, and the brands that they build for."""
    return {*pack.listed, *pack.affiliates, *pack.brands} & pack.makers.keys()


class Told(msgspec.Struct):
    """Of many rules together: what their own examples notice, what all proofs do, and the rules that are weak by either."""

    own: Score = msgspec.field(default_factory=Score)
    whole: Score = msgspec.field(default_factory=Score)
    weak_own: list[str] = msgspec.field(default_factory=list)
    weak: list[tuple[str, Score]] = msgspec.field(default_factory=list)

    def add(self, maker: str, rule: Rule, own: Score, whole: Score) -> None:
        for total, found in ((self.own, own), (self.whole, whole)):
            total.made, total.caught = total.made + found.made, total.caught + found.caught
        if own.share < GOAL:
            self.weak_own.append(f"{maker}/{rule.id}")
        if whole.share < GOAL:
            self.weak.append((f"{maker}/{rule.id}", whole))


def everything(pack: Pack, wanted: Iterable[str]) -> tuple[Told, int]:
    """All rules of the makers together, and how many those are."""
    told, rules = Told(), 0
    for maker in sorted(wanted):
        for rule in pack.makers[maker].rule:
            told.add(maker, rule, scored(maker, rule), scored(maker, with_more(pack, maker, rule)))
            rules += 1
    return told, rules


def line(name: str, told: Told, rules: int) -> str:
    return (
        f"{name}: {rules:,} rules, {told.own.made:,} mutants; own examples catch {told.own.share:.1%}"
        f" ({len(told.weak_own)} rules below {GOAL:.0%}), all proofs {told.whole.share:.1%} ({len(told.weak)} below)"
    )


def main(words: Sequence[str]) -> int:
    pack = load()
    told, rules = everything(pack, words or pack.makers)
    for name, score in told.weak:
        print(f"{name}: all proofs catch {score.caught} of {score.made} ({score.share:.0%})")
        print("\n".join(f"    alive: {text}" for text in score.alive if words))
    if words:
        print("".join(f"{name}: own examples catch fewer than {GOAL:.0%}\n" for name in told.weak_own), end="")
        print(line(" ".join(words), told, rules))
        return 0 if told.whole.share >= GOAL else 1
    accused, few = everything(pack, accusing(pack))
    print(line("listed makers, their affiliates and brands", accused, few))
    print(line("all makers", told, rules))
    return 0 if not told.weak and not accused.weak_own else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

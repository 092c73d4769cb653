"""What would change a verdict: the table of outcomes read from where a finding stands."""

from collections.abc import Iterator, Sequence

from model.report import Finding

STAYS = "nothing that is added takes the accusation away: more evidence never lowers it"


def changing(one: Finding, speaks: Sequence[str]) -> Iterator[str]:
    """One line a way. `speaks`: protocols in which its maker declares itself, and from which nothing was heard."""
    yield from _ways(one, speaks)
    if one.relabel and one.relabel.question:
        yield f"a person's answer decides who built it: {one.relabel.question}"
    for part in one.components:
        if part.outcome in ("suspect", "covered"):
            yield f"part {part.component} is {part.outcome} by itself: it stays so whatever the box says"


def _ways(one: Finding, speaks: Sequence[str]) -> Iterator[str]:
    heard = f" (its maker answers in: {', '.join(speaks)}; nothing was heard there)" if speaks else ""
    if one.outcome == "covered":
        yield "a declared word or a label that names an unlisted maker, or a second listed one, makes it conflict"
        yield STAYS
    elif one.outcome == "conflict":
        yield f"{STAYS}; which of the two is right is for a person to find out"
    elif one.outcome == "suspect":
        yield f"its own word, or a label read by a named person, that names a listed producer makes it covered{heard}"
        if {why.grade for why in one.why} == {"component"}:
            yield "its own word that names an unlisted maker makes the box clear and leaves the network interface suspect"
        else:
            yield STAYS
    elif one.outcome == "clear":
        yield "a declared word or a label that names a listed producer makes it conflict"
        yield "a neighbour or table that names a listed producer makes it suspect"
    else:
        yield from _nameless(one)


def _nameless(one: Finding) -> Iterator[str]:
    hints = sorted({why.rule.partition("/")[0] for why in one.why if why.grade == "hint"})
    if hints:
        yield f"now a hint at {', '.join(hints)}: a second one of another kind and from other evidence makes it suspect if it is listed"
    yield "a MAC block or a part's label of a listed producer, or a neighbour that names one, makes it suspect"
    yield "its own word or a label decides: a listed producer makes it covered, an unlisted one clear"
    if one.outcome == "unseen":
        yield "it never answered: an answer of any kind makes it seen"

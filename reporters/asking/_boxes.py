"""Boxes: representations that one named person chooses; software chooses none."""

from collections.abc import Iterable, Iterator

from model.asked import Ask
from model.filing import Filing
from model.gate import refused
from model.regime import Box, Regime
from reporters._text import plural
from reporters.asking._words import SIGNED, said
from reporters.regimes._propose import bare

GROUP = "Representations"
PROVIDE = "A scan says nothing about what is provided: check bills of materials and suppliers' answers first."


def boxes(filing: Filing, laws: Iterable[Regime]) -> Iterator[Ask]:
    """Each box of each clause, a contract or offer each where the clause stands in one."""
    for law in laws:
        numbers = [one.number for one in filing.contracts() if law.clause in map(bare, one.clauses)]
        for key, box in law.box.items():
            for number in numbers or [""]:
                yield _ask(filing, law, key, box, number)


def _ask(filing: Filing, law: Regime, key: str, box: Box, number: str) -> Ask:
    fixed = {"box": key, "form": law.id} | ({"contract": number} if number else {})
    open = ("answer", *SIGNED)
    return Ask(
        key=f"box:{law.id}:{key}:{number}",
        text=f"{box.before} [{' / '.join(box.answers.values())}] {box.after}",
        noun="choice",
        fixed=fixed,
        blanks=open,
        options={"answer": tuple(box.answers)},
        group=GROUP,
        about=f"{law.clause}, contract or offer {number}" if number else law.clause,
        why=_why(filing, box),
        cite=f"{box.cite} ({law.dated})",
        said=said(filing, "choice", fixed, open),
    )


def _why(filing: Filing, box: Box) -> str:
    if not box.gated:
        return PROVIDE
    left = len(refused(filing.holds))
    stand = f"{plural(left, 'hold')} stand{'s' if left == 1 else ''}: {box.answers[box.gated]!r} is refused until each is lifted."
    return stand if left else "No hold stands; that by itself makes nothing true."

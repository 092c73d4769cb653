"""The skip rule of FAR 52.204-24: what a person says is on record in SAM, and what follows; software skips nothing."""

from collections.abc import Iterator

import msgspec

from model.answers import Answer
from model.filing import Filing
from model.gate import refused
from model.regime import Item, Regime
from reporters._document import Block, Notice, Paragraph
from reporters.forms._box import chosen
from reporters.forms._fields import fields
from reporters.regimes._propose import day

SAID = ("does-not", "does", "none")
RULES = (("on-record-c1", "d1", "(d)(1)"), ("on-record-c2", "d2", "(d)(2)"))


def on_record(filing: Filing, regime: Regime) -> Iterator[Block]:
    """Both questions with their answers; then, for each representation, whether by those words it shall not be completed."""
    keys = [key for key, _, _ in RULES]
    items: dict[str, Item] = {item.key: item for item in regime.field if item.key in keys}
    yield fields(filing, msgspec.structs.replace(regime, field=tuple(items.values())), "entity")
    for key, box, paragraph in RULES:
        yield _follows(filing, regime, filing.answers.said(key), key, box, paragraph)


def _follows(filing: Filing, regime: Regime, said: Answer | None, key: str, box: str, paragraph: str) -> Block:
    given = [one for one in filing.answers.answer if one.question == key and not one.device]
    if said is None and given:
        what = f"{len(given)} answers differ, or the one given names no person or says nothing"
        return Notice("error", f"The answer given for {key} does not count", (what,))
    if said is None:
        return Paragraph(
            f"Nobody has said what is on record: whether {paragraph} shall be completed is open. Key: {key}."
        )
    text = said.text.strip()
    if text not in SAID or not day(said.date):
        what = f"the answer {text!r} is none of {', '.join(SAID)}, or names no day"
        return Notice("error", f"The answer given for {key} does not count", (what,))
    if text != "does-not":
        return Paragraph(f'No "does not" is on record, says {said.by}, {said.date}: {paragraph} is to be completed.')
    return Notice("warning", f"{paragraph} may be one that shall not be completed", _reasons(filing, regime, said, box))


def _reasons(filing: Filing, regime: Regime, said: Answer, box: str) -> tuple[str, ...]:
    """What the person said, that nothing is skipped by itself, and what speaks against it."""
    told = f'{said.by} read on {said.date} that "does not" is on record; if that still holds, the provision says not to complete it.'
    kept = "It is left here all the same: a person skips it, not this program."
    gated = regime.box[box].gated and refused(filing.holds)
    against = "Holds stand on this paper that speak against those words." if gated else ""
    choice = f"A choice for {box} is given in the answers file all the same." if chosen(filing, regime, box) else ""
    return tuple(filter(None, (told, kept, against, choice)))

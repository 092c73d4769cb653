"""Representations: a pair of boxes in the clause's words, blank unless one named person chose and nothing forbids it."""

from collections.abc import Iterable, Iterator
from datetime import date

from model.answers import Choice
from model.filing import Filing
from model.gate import refused
from model.regime import Box, Regime
from reporters._document import Block, Boxes, Notice, Option


def box(filing: Filing, regime: Regime, key: str) -> Iterator[Block]:
    """Both options blank, unless one named person chose one answer and nothing forbids it; why it stays blank is said."""
    law = regime.box[key]
    said = chosen(filing, regime, key)
    reasons = against(filing, law, said) if said else ()
    ticked = said[0].answer if said and not reasons else ""
    options = tuple(Option(words, answer == ticked) for answer, words in law.answers.items())
    word = f"Ticked on the word of {said[0].by}, {said[0].date}." if ticked else "No box is ticked."
    ending = word if said else f"Nobody has answered: left blank. Key: {key}."
    yield Boxes(law.before, options, law.after, f"Quotation, but for ticks: {law.cite} ({regime.dated}). {ending}")
    if reasons:
        yield Notice("error", f"The answer given for {key} is not entered: the box stays blank", reasons)


def chosen(filing: Filing, regime: Regime, key: str) -> list[Choice]:
    """The choices given for this box of this form and contract."""
    return [
        one
        for one in filing.answers.choice
        if one.box == key
        and one.form in ("", regime.id)
        and (not one.contract or (filing.contract is not None and one.contract == filing.contract.number))
    ]


def against(filing: Filing, law: Box, said: list[Choice]) -> tuple[str, ...]:
    """Every reason why the choice is not entered; empty when it is."""
    one = said[0]
    if len(said) > 1:
        return (f"{len(said)} choices are given for it: {', '.join(f'{c.answer} by {c.by}' for c in said)}",)
    if one.answer not in law.answers:
        return (f"the answer {one.answer!r} is none of this box's: {', '.join(law.answers)}",)
    if not one.by.strip() or not day(one.date):
        return ("the choice names no person, or no day in the form 2026-11-23",)
    if {*filing.answers.reports} != {held.digest for held in filing.reports}:
        return ("the answers do not name, under `reports`, the digests of the reports that they are about",)
    if filing.entity.site_only:
        return ("this paper is about sites, and the representation is the entity's",)
    return tuple(hold.text for hold in refused(filing.holds)) if one.answer == law.gated else ()


def day(text: str) -> bool:
    """Whether `text` is an ISO day."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def stray(filing: Filing, regimes: Iterable[Regime]) -> Iterator[Block]:
    """Choices that name this form, or no form at all, for boxes it does not have."""
    held = tuple(regimes)
    ids, boxes = {"", *(one.id for one in held)}, {key for one in held for key in one.box}
    lost = [choice for choice in filing.answers.choice if choice.form in ids and choice.box not in boxes]
    if lost:
        items = tuple(f"{choice.box}: {choice.answer}, by {choice.by}" for choice in lost)
        yield Notice("warning", "Choices for boxes that this form does not have", items)

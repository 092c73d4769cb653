"""Reporting clocks on a paper: candidates in the clause's words, their moments and due times, and what a named person said of each."""

from collections.abc import Iterator

from model.clocks import Candidate
from model.filing import Filing
from reporters._clockwork import state
from reporters._document import Block, Heading, Paragraph, Quote, Table
from reporters._text import plural, when
from reporters.regimes import EDITIONS, regime

ASSUMED = (
    "Business days are taken to be those of the US federal calendar and to end at midnight of US Eastern time, and the day of the event "
    "is not counted: our assumption, which the clauses do not make. 72 hours are hours of the clock, weekends included. "
    "A candidate is no finding that a period runs: a named person accepts or rejects it, with a reason. "
    "OPEN: nobody has (in the answers file: [[clock]], with the clause and the device's id)."
)


def clocks(filing: Filing, clause: str) -> Iterator[Block]:
    """The candidates of the regime `clause`; nothing but a line where there are none."""
    found = [one for one in filing.clocks if one.clause == clause]
    yield Heading("Reporting clocks")
    law = regime(clause)
    for period in law.deadline[:1]:
        yield Quote(period.trigger, f"{law.clause}{period.cite}", law.dated, EDITIONS[law.edition])
    yield Paragraph(ASSUMED)
    if clause in ("far-52.204-25", "dfars-252.204-7018"):
        yield Paragraph(
            "The period begins with use as a substantial or essential component, or as critical technology, during contract performance. "
            "No scan shows that: whether it began is the person's answer."
        )
    head = ("Device or part", "Outcome", "Moments that may have begun it", "Due", "Says a person")
    rows: dict[tuple[str, ...], list[str]] = {}  # candidates that say the same stand in one row
    for one in found:
        name = one.about if one.about == one.device else f"{one.about} [{one.device}]"
        rows.setdefault((one.outcome, _moments(one), _dues(one), _word(filing, one)), []).append(name)
    left = sum(one.word is None for one in found)
    yield Table(
        f"Clock candidates, {plural(left, 'one')[2:] if left == 1 else left} open",
        head,
        tuple(("; ".join(names), *rest) for rest, names in rows.items()),
        (6, 2, 4, 4, 3),
        "none",
    )


def _moments(one: Candidate) -> str:
    """The first of each kind: what was answered, assessed, replayed, read."""
    first: dict[str, str] = {}
    for moment in one.moments:
        first.setdefault(moment.kind, when(moment.at))
    return "; ".join(f"{kind} {at}" for kind, at in first.items())


def _dues(one: Candidate) -> str:
    if not one.dues:
        return "nothing: rejected"
    word = "" if one.word else "earliest: "
    return word + "; ".join(
        f"{due.name} ({due.period}) {when(due.at)}{f', submitted {when(due.submitted)}' if due.submitted else ''}"
        for due in one.dues
    )


def _word(filing: Filing, one: Candidate) -> str:
    standing = state(one, filing.prepared_at)
    if one.word is None:
        return standing.upper()
    said = f"{standing} by {one.word.by}, {one.word.date}: {one.word.reason}"
    return said + (f"; from {one.word.moment}" if one.word.moment else "")

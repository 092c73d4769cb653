"""Clock candidates: did the reporting period start, and when? A named person accepts or rejects each, with a reason."""

from collections.abc import Iterator

from model.asked import Ask
from model.clocks import Candidate
from model.filing import Filing
from reporters._clockwork import question
from reporters._text import when
from reporters.asking._words import SIGNED, YES_NO, said
from reporters.regimes import regime

GROUP = "Reporting clocks"
OPEN = ("accept", "moment", "reason", *SIGNED)


def clocks(filing: Filing) -> Iterator[Ask]:
    """One question a candidate; open ones can become due, whoever has read them or not."""
    for one in filing.clocks:
        fixed = {"clause": one.clause, "device": one.device}
        due = "; ".join(f"{due.name} by {due.at}" for due in one.dues)
        yield Ask(
            key=f"clock:{one.clause}:{one.device}",
            text="Did this clock start, and at which moment?",
            noun="clock",
            fixed=fixed,
            blanks=OPEN,
            options={"accept": YES_NO},
            group=GROUP,
            about=one.about,
            why=f'The clause begins to count when a contractor "{one.trigger}". Earliest: {due or "no period"}.',
            cite=one.clause,
            said=said(filing, "clock", fixed, OPEN),
        )
        yield from _submissions(filing, one)


def _submissions(filing: Filing, one: Candidate) -> Iterator[Ask]:
    """Of a clock that a person accepted: when each of its reports was submitted, from which the next one is counted."""
    for due in one.dues if one.word else ():
        key = question(regime(one.clause), due.key)
        fixed, blanks = {"question": key, "device": one.device}, ("text", *SIGNED)
        yield Ask(
            key=f"{key}:{one.device}",
            text="When was it submitted? A moment with its zone, as 2026-11-23T14:30:00-05:00.",
            noun="answer",
            fixed=fixed,
            blanks=blanks,
            group=GROUP,
            about=f"{due.name}, {one.about}",
            why=f"{due.period}: due {when(due.at)}",
            cite=one.clause,
            said=said(filing, "answer", fixed, blanks),
        )

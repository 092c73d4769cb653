"""Clock candidates: did the reporting period start, and when? A named person accepts or rejects each, with a reason."""

from collections.abc import Iterator

from model.asked import Ask
from model.filing import Filing
from reporters.asking._words import SIGNED, YES_NO, said

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

"""Which authorities reach a maker, from the day its equipment was first seen, and what each leaves open."""

from collections.abc import Iterator

from fingerprints.covered_format import Authority, Entry
from fingerprints.judge import Verdict
from fingerprints.pack import Pack
from model.report import ACCUSING, Question, Reach, Relabel


def reaches(factory: str | None, verdict: Verdict, pack: Pack, day: str) -> tuple[Reach, ...]:
    """Authorities that named the factory on the day it was first seen, or later. Use goes on after an entry's beginning.

    Of several listed makers every one is reached, by whatever word: more evidence takes no authority away.
    """
    if verdict.outcome not in ACCUSING or factory is None:
        return ()
    makers = {verdict.affiliate.of if verdict.affiliate else factory, *verdict.others}
    if verdict.outcome == "conflict":
        makers |= {claim.maker for claim in verdict.because if claim.maker in pack.listed}
    extra = [*_asked_of(verdict.relabel)] if verdict.relabel else []
    if verdict.affiliate and verdict.affiliate.question:
        extra.append(Question("affiliation", verdict.affiliate.question))
    found: dict[str, list[Entry]] = {}
    for authority in pack.authorities:
        for entry in authority.entry:
            if entry.maker in makers and not (entry.until and entry.until < day):
                found.setdefault(authority.id, []).append(entry)
    named = {authority.id: authority for authority in pack.authorities}
    return tuple(_reached(named[name], entries, extra) for name, entries in sorted(found.items()))


def _reached(authority: Authority, entries: list[Entry], extra: list[Question]) -> Reach:
    cites = dict.fromkeys((*authority.cites, *(text for entry in entries for text in entry.cites)))
    asked = dict.fromkeys((*extra, *(q for entry in entries for q in entry.open_questions), *authority.open_questions))
    return Reach(authority.id, tuple(cites), tuple(asked))


def _asked_of(one: Relabel) -> Iterator[Question]:
    """Who built it; and when, where a sale or an end of the business decides, while nobody has read the date."""
    if one.question:
        yield Question("relabel", one.question)
    turn = one.sold or one.until
    if turn and not one.built:
        told = "the brand was sold" if one.sold else "the builder is said to have stopped building for it"
        yield Question("build-date", f"When was this unit built? On {turn} {told}: read the date on its label.")

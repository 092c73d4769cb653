"""Clock candidates of a filing: each accused device and part under each clause that its contracts carry; moments and holidays are given."""

from collections.abc import Iterable, Iterator, Set
from datetime import date, datetime, tzinfo

import msgspec

from model.answers import ClockWord
from model.clocks import Candidate, Due, Moment
from model.filing import Filing
from model.periods import due
from model.regime import Deadline, Regime
from model.report import ACCUSING, Component, Finding, Report
from model.times import written
from reporters._text import called
from reporters.regimes import regimes
from reporters.regimes._propose import bare, day

UNITS = {"business-days": "business day", "clock-hours": "hours of the clock"}


class Calendar(msgspec.Struct, frozen=True):
    """Days off and the zone in which a business day ends."""

    off: Set[date]
    zone: tzinfo


def candidates(filing: Filing, moments: Iterable[Moment], calendar: Calendar) -> tuple[Candidate, ...]:
    """Every candidate, the earliest due first. `moments`: those on record for the filing's reports."""
    known = list(moments)
    found = []
    for held in filing.reports:
        own = [moment for moment in known if moment.report == held.digest]
        for one in held.report.findings:
            for thing in _things(one):
                for law in _laws(filing):
                    if thing.outcome in law.trigger_outcomes and _reached(law, one, thing):
                        found.append(_candidate(filing, law, held.report, one, thing, own, calendar))
    found += _told(filing, {(one.clause, one.device) for one in found}, calendar)
    return tuple(sorted(found, key=lambda c: (c.dues[0].at if c.dues else "", c.clause, c.site, c.device)))


def _told(filing: Filing, known: Set[tuple[str, str]], calendar: Calendar) -> Iterator[Candidate]:
    """Clocks that a person accepted for what no report here accuses: a subcontractor's notice, a device that is gone since."""
    laws = {law.id: law for law in _laws(filing)}
    for clause, device in dict.fromkeys((one.clause, one.device) for one in filing.answers.clock):
        law = laws.get(clause)
        word = _word(filing, law, device) if law and (clause, device) not in known else None
        start = _start(word, ()) if word else None
        if law and word and start:
            dues = tuple(_dues(filing, law, device, start, calendar))
            trigger, moments = law.deadline[0].trigger, (Moment("told", written(start)),)
            yield Candidate(law.id, device, "", device, "told by a person", trigger, moments, dues, word)


def _things(one: Finding) -> list[Finding | Component]:
    """The device and its parts, those that are accused."""
    things: tuple[Finding | Component, ...] = (one, *one.components)
    return [thing for thing in things if thing.outcome in ACCUSING]


def _laws(filing: Filing) -> list[Regime]:
    """Regimes with periods that the contracts carry; all of them where no contract is listed, since any may be the one."""
    clauses = {bare(text) for one in filing.contracts() for text in one.clauses}
    return [one for one in regimes().values() if one.deadline and (one.clause in clauses or not filing.contracts())]


def _reached(law: Regime, one: Finding, thing: Finding | Component) -> bool:
    """Whether the regime's authority reaches it. A part bears no authorities of its own: its maker's device's, or the cautious answer."""
    ids = {reach.id for reach in one.authorities}
    other = isinstance(thing, Component) and (not ids or thing.maker != one.maker)
    return law.authority in ids or other or (isinstance(thing, Component) and law.authority == "section-889")


def _candidate(
    filing: Filing,
    law: Regime,
    report: Report,
    one: Finding,
    thing: Finding | Component,
    known: list[Moment],
    calendar: Calendar,
) -> Candidate:
    part = isinstance(thing, Component)
    subject = f"{one.device} {thing.component}" if isinstance(thing, Component) else one.device
    seen = [Moment("answered", one.first_seen)] if one.first_seen else []
    moments = tuple(sorted([*seen, *known], key=lambda moment: moment.at)) or (Moment("read", filing.prepared_at),)
    word = _word(filing, law, subject)
    start = _start(word, moments)
    dues = tuple(_dues(filing, law, subject, start, calendar)) if start else ()
    about = f"part {thing.component} of {called(one)}" if isinstance(thing, Component) and part else called(one)
    trigger = law.deadline[0].trigger
    return Candidate(law.id, subject, report.site.id, about, thing.outcome, trigger, moments, dues, word)


def _word(filing: Filing, law: Regime, subject: str) -> ClockWord | None:
    """The one word that counts: two for one candidate, an unsigned one, or one without a reason count for nothing."""
    number = filing.contract.number if filing.contract else ""
    said = [w for w in filing.answers.clock if (w.clause, w.device) == (law.id, subject) and w.contract in ("", number)]
    if len(said) != 1 or not said[0].by.strip() or not said[0].reason.strip() or day(said[0].date) is None:
        return None
    word = said[0]
    if word.accept == "yes":
        return word if _moment(word.moment) else None
    return word if word.accept == "no" else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _start(word: ClockWord | None, moments: tuple[Moment, ...]) -> datetime | None:
    """Where the count begins: the accepted moment, else the earliest; None for a rejected candidate."""
    if word is not None:
        return _moment(word.moment) if word.accept == "yes" else None
    return _moment(moments[0].at) if moments else None


def _dues(filing: Filing, law: Regime, subject: str, start: datetime, calendar: Calendar) -> Iterator[Due]:
    """Each report in turn; one that follows another is counted from its submission, if a person said when, else from its due time."""
    ends: dict[str, datetime] = {}
    for one in law.deadline:
        sent = _submitted(filing, law, one.after, subject)
        begin = start if one.after == "trigger" else sent or ends.get(one.after, start)
        ends[one.key] = due(begin, one.count, one.unit, calendar.off, calendar.zone)
        own = _submitted(filing, law, one.key, subject)
        yield Due(one.key, one.name, _period(one), written(ends[one.key]), written(own) if own else "")


def question(law: Regime, key: str) -> str:
    """The question whose answer is the moment of submission: of one clause, since a report under another is another."""
    return f"submitted-{law.clause}-{key}"


def _submitted(filing: Filing, law: Regime, key: str, subject: str) -> datetime | None:
    """For this very device or part, else for its device, else for all that the clause is about."""
    number = filing.contract.number if filing.contract else ""
    about = dict.fromkeys((subject, subject.partition(" ")[0], ""))
    said = (filing.answers.said(question(law, key), one, number) for one in about)
    return next((at for one in said if one and one.by.strip() and (at := _moment(one.text.strip()))), None)


def _period(one: Deadline) -> str:
    unit = UNITS[one.unit] + ("s" if one.unit == "business-days" and one.count > 1 else "")
    return f"{one.count} {unit}" + ("" if one.after == "trigger" else f" after the {one.after} report")


def state(one: Candidate, now: str) -> str:
    """`rejected`, `accepted`, or `open`; with `, overdue` where a due time has passed by the written time `now` and nobody says that
    the report was submitted, `, reported` where every one was.
    """
    if one.word is not None and one.word.accept == "no":
        return "rejected"
    standing = "accepted" if one.word else "open"
    left = [due for due in one.dues if not due.submitted]
    if one.dues and not left:
        return f"{standing}, reported"
    return f"{standing}, overdue" if left and left[0].at < now else standing

"""Clocks: when a finding may have started a reporting period. Software opens candidates; a named person accepts or rejects them."""

import msgspec

from model.answers import ClockWord


class Moment(msgspec.Struct, frozen=True):
    """A moment at which somebody may have learned of it. `kind`: `answered`, `assessed`, `replayed`, `read`, or `told` by a person;
    `at`: written time.
    """

    kind: str
    at: str
    report: str = ""


class Due(msgspec.Struct, frozen=True):
    """A report that the clause asks for: its `name` in plain words, `period` as the clause counts it, `at`: written time in UTC.

    `submitted`: the written time at which a person says that it was submitted, "" while nobody says so.
    """

    key: str
    name: str
    period: str
    at: str
    submitted: str = ""


class Candidate(msgspec.Struct, frozen=True):
    """A clock that may run. `clause`: the regime's id; `trigger`: in the clause's own words; `moments`: earliest first.

    `dues`: what would be due, counted from the earliest moment, or from the accepted one. `word`: the person's, None while nobody
    has spoken: an open candidate is no finding of fact.
    """

    clause: str
    device: str
    site: str
    about: str
    outcome: str
    trigger: str
    moments: tuple[Moment, ...]
    dues: tuple[Due, ...]
    word: ClockWord | None = None

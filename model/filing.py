"""Filing: one form's whole input. Drafted by software, signed by a person; `render(filing)` is pure."""

import msgspec

from model.answers import Answers
from model.entity import Entity
from model.gate import Hold
from model.report import Finding, Report


class Held(msgspec.Struct, frozen=True):
    """A report and the digest of its report.json, as the filing quotes it."""

    report: Report
    digest: str


class Filing(msgspec.Struct, frozen=True):
    """Entity, reports, answers, and the holds the gate found. `prepared_at`: written time; `form`: the form's file stem."""

    form: str
    entity: Entity
    reports: tuple[Held, ...]
    answers: Answers
    holds: tuple[Hold, ...]
    prepared_at: str

    def findings(self) -> list[tuple[Report, Finding]]:
        """Every finding of every report, in report order."""
        return [(held.report, finding) for held in self.reports for finding in held.report.findings]

"""Filing: one form's whole input. Drafted by software, signed by a person; `render(filing)` is pure."""

import msgspec

from model.answers import Answers
from model.clocks import Candidate
from model.entity import Contract, Entity
from model.gate import Hold
from model.report import Finding, Report


class Held(msgspec.Struct, frozen=True):
    """A report and the digest of its report.json, as the filing quotes it."""

    report: Report
    digest: str


class Filing(msgspec.Struct, frozen=True):
    """Entity, reports, answers, and the holds the gate found. `prepared_at`: written time; `form`: the form's file stem.

    `contract`: the one contract or offer this paper is about, None for all of the entity's; `clocks`: candidates of reporting
    clocks; `marking`: words in every header ("" for none); `paper`: `us-letter` or `a4`; `lang`: of the program's own words
    (ISO 639-1), quotations of law stay English; `whole_reports`: the reports themselves travel in the filing's JSON.
    """

    form: str
    entity: Entity
    reports: tuple[Held, ...]
    answers: Answers
    holds: tuple[Hold, ...]
    prepared_at: str
    contract: Contract | None = None
    clocks: tuple[Candidate, ...] = ()
    marking: str = ""
    paper: str = "us-letter"
    lang: str = "en"
    whole_reports: bool = False

    def contracts(self) -> tuple[Contract, ...]:
        """The contract this paper is about, or every one of the entity's."""
        return (self.contract,) if self.contract else self.entity.contract

    def findings(self) -> list[tuple[Report, Finding]]:
        """Every finding of every report, in report order."""
        return [(held.report, finding) for held in self.reports for finding in held.report.findings]

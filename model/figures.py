"""Figures of a filing: the counts that every medium prints. They are computed here and nowhere else."""

import msgspec

from model.filing import Filing
from model.gate import refused
from model.report import ACCUSING

OUTCOMES = ("covered", "conflict", "suspect", "unknown", "unseen", "clear")


class Figure(msgspec.Struct, frozen=True):
    """One count: `name` for programs, `words` for people."""

    name: str
    words: str
    count: int


def figures(filing: Filing) -> tuple[Figure, ...]:
    """Every figure, in a fixed order; counts over all reports of the filing."""
    return (*_sites(filing), *_seen(filing), *_said(filing))


def _sites(filing: Filing) -> tuple[Figure, ...]:
    missing = sum(hold.kind == "site" for hold in filing.holds)
    return (
        Figure("sites", "Sites that the entity lists", len(filing.entity.site)),
        Figure("sites_missing", "Sites without a current report, or not listed", missing),
        Figure("reports", "Reports behind this paper", len(filing.reports)),
    )


def _seen(filing: Filing) -> tuple[Figure, ...]:
    reports = [held.report for held in filing.reports]
    outcomes = [finding.outcome for _, finding in filing.findings()]
    parts = [part.outcome for _, finding in filing.findings() for part in finding.components]
    return (
        Figure("devices", "Devices", len(outcomes)),
        *(Figure(name, f"Devices: {name}", sum(one == name for one in outcomes)) for name in OUTCOMES),
        Figure("components", "Parts inside devices", len(parts)),
        Figure("components_accused", "Parts inside devices: covered or suspect", sum(one in ACCUSING for one in parts)),
        Figure("unexplained_macs", "MAC addresses unexplained", sum(len(one.unexplained_macs) for one in reports)),
        Figure(
            "networks_out",
            "Networks not examined or excluded",
            sum(net.status != "in scope" for one in reports for net in one.networks),
        ),
    )


def _said(filing: Filing) -> tuple[Figure, ...]:
    stand, said = len(refused(filing.holds)), filing.answers
    accepted = sum(one.word is not None and one.word.accept == "yes" for one in filing.clocks)
    return (
        Figure("holds", "Holds", len(filing.holds)),
        Figure("holds_standing", "Holds that stand", stand),
        Figure("holds_lifted", "Holds lifted by named persons", len(filing.holds) - stand),
        Figure("answers", "Answers given to questions", len(said.answer)),
        Figure("dispositions", "Dispositions of holds", len(said.disposition)),
        Figure("clocks", "Clock candidates", len(filing.clocks)),
        Figure("clocks_accepted", "Clock candidates that a person accepted", accepted),
    )

"""What a finished scan tells the shell: whether its coverage is complete, and whether `--fail-on` is met."""

from agent.command import DONE, FOUND, INCOMPLETE
from model.report import RANK, Report


def incomplete(report: Report) -> list[str]:
    """What keeps the coverage from being complete, in words: rows not done or refused, and networks not examined."""
    rows = [f"{row.probe} over {row.scope} is {row.status}" for row in report.coverage if row.status != "done"]
    refused = [f"{row.probe} over {row.scope}: {row.refused} refused" for row in report.coverage if row.refused]
    nets = [f"{net.kind} {net.name} is not examined" for net in report.networks if net.status == "not examined"]
    return [*rows, *refused, *nets]


def met(report: Report, fail_on: str | None) -> bool:
    """Whether a device or a part of one has this outcome or one that ranks above it."""
    if fail_on is None:
        return False
    outcomes = [one.outcome for one in report.findings] + [
        part.outcome for one in report.findings for part in one.components
    ]
    return any(one == fail_on or RANK[one] > RANK[fail_on] for one in outcomes)


def exit_code(report: Report, fail_on: str | None) -> int:
    """3 wins over 4."""
    if met(report, fail_on):
        return FOUND
    return INCOMPLETE if incomplete(report) else DONE

"""laydown coverage: the holes of a report, and the cheapest next step for each."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli._options import json_option

if TYPE_CHECKING:
    from model.report import Coverage


@click.command("coverage", short_help="The holes: what was not seen, and the cheapest next step for each.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
def command(folder: Path, as_json: bool) -> None:
    """What the report in DIR did not see: probes, MACs, networks; and what would close each hole.

    \b
    Example:  laydown coverage hq-scan
    """
    from agent.results import report_of
    from agent.words import many, plain
    from model.holes import cheapest, holes
    from reporters._text import shown

    report, _ = report_of(folder)
    found = holes(report)
    if as_json:
        click.echo(
            json.dumps(
                {"coverage": [_row(r) for r in report.coverage], "holes": [_row(h) for h in found]}, sort_keys=True
            )
        )
        return
    click.echo(
        f"{'probe':16} {'scope':22} {'asked':>7} {'answered':>8} {'silent':>7} {'refused':>7} {'excluded':>8}  status"
    )
    for r in (r for r in report.coverage if not _idle(r)):
        counts = f"{r.asked:7} {r.answered:8} {r.silent:7} {r.refused:7} {r.excluded:8}"
        click.echo(shown(f"{r.probe:16} {r.scope:22} {counts}  {r.status}{' (' + r.reason + ')' if r.reason else ''}"))
    for scope in dict.fromkeys(r.scope for r in report.coverage if _idle(r)):
        probes = ", ".join(r.probe for r in report.coverage if _idle(r) and r.scope == scope)
        click.echo(shown(f"{'nobody to ask':16} {scope:22} {probes}"))
    click.echo(f"\n{many(len(found), 'hole')}")
    first = cheapest(found)
    if first:
        click.echo("what would close the most:")
        for number, hole in enumerate(first, 1):
            about = hole.text.partition(" is ")[0] if hole.kind == "network" else hole.subject
            click.echo(plain(f"{number}. {hole.step} ({about}: {hole.closes})"))
        click.echo("")
    for hole in found:
        click.echo(f"- {shown(hole.text)}\n  next: {shown(hole.step)}")


def _idle(row: "Coverage") -> bool:
    """Done, since nobody was there whom it could have asked: fifty such rows would hide the others."""
    return row.asked == 0 and row.status == "done"


def _row(row: object) -> dict[str, object]:
    import msgspec

    found: dict[str, object] = msgspec.to_builtins(row)
    return found

"""laydown status: what is due, what is open, what stands against signing, and what to do next."""

import json
import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli._options import json_option

if TYPE_CHECKING:
    from model.filing import Filing

MOST = 12  # clocks told one by one


@click.command("status", short_help="Reporting clocks, open questions and the gate: what is due, and what next.")
@click.argument("folders", metavar="DIR...", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--entity", "entity_file", type=click.Path(path_type=Path), help="TOML: the entity and all its sites.")
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path),
    help="TOML: what persons answered; else answers.toml in the first DIR.",
)
@click.option(
    "--ics", type=click.Path(path_type=Path, dir_okay=False), help="Write the due times as an iCalendar file."
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    folders: tuple[Path, ...],
    entity_file: Path | None,
    answers_file: Path | None,
    ics: Path | None,
    as_json: bool,
) -> None:
    """Tell which reporting periods may run over DIR..., which questions are open, and which holds stand.

    Exit 0: nothing is open. Exit 4: a clock, a question or a hold is.

    \b
    Example:  laydown status hq-scan annex-scan --entity entity.toml --ics clocks.ics
    """
    from agent.exits import DONE, INCOMPLETE
    from agent.federal import ASSUMED
    from agent.filing import Source, filing_of
    from agent.moments import note
    from agent.results import write
    from agent.review.store import FILE
    from agent.words import put
    from reporters._calendar import render

    beside = (folders[0] if folders[0].is_dir() else folders[0].parent) / FILE
    answers = answers_file or (beside if beside.exists() else None)
    filing = filing_of(Source(folders, entity_file, answers, site_only=entity_file is None), "status")
    for folder, held in zip(folders, filing.reports, strict=False):
        if fault := note(folder, "read", held.digest):
            put(f"laydown: {fault}", err=True)
    told = _state(filing)
    if ics is not None:
        write(ics, render(filing))
    if as_json:
        click.echo(json.dumps(told, sort_keys=True))
    else:
        more = " ".join(
            shlex.quote(str(one)) for one in (*folders, *(("--entity", entity_file) if entity_file else ()))
        )
        if answers_file:
            more += f" --answers {shlex.quote(str(answers_file))}"
        for line in _lines(filing, told, more):
            click.echo(line)
        if filing.clocks:
            click.echo(f"\n{ASSUMED}")
        if ics is not None:
            click.echo(f"{ics}: {sum(len(one.dues) for one in filing.clocks)} due times")
    ctx.exit(INCOMPLETE if told["open"] else DONE)


def _state(filing: "Filing") -> dict[str, Any]:
    """Everything as plain data: `open` is how many clocks, questions and holds wait for a person."""
    import msgspec

    from model.gate import refused
    from reporters._clockwork import state
    from reporters.asking import asked

    asks = asked(filing)
    left = [one for one in asks if one.waits]
    standing = refused(filing.holds)
    clocks = [msgspec.to_builtins(one) | {"state": state(one, filing.prepared_at)} for one in filing.clocks]
    waiting = sum(one["state"].startswith("open") for one in clocks)
    return {
        "prepared_at": filing.prepared_at,
        "clocks": clocks,
        "clocks_open": waiting,
        "overdue": sum("overdue" in one["state"] for one in clocks),
        "questions": len(asks),
        "questions_open": len(left),
        "holds": dict(Counter(hold.kind for hold in standing)),
        "open": waiting + len(left) + len(standing),
    }


def _lines(filing: "Filing", told: dict[str, Any], given: str) -> "list[str]":
    """`given`: folders and files as they were named, for the next command."""
    from reporters._text import plural, shown, when

    lines = [f"Clocks: {told['clocks_open']} open, {told['overdue']} overdue, of {len(told['clocks'])}"]
    if told["clocks"] and not filing.contracts():
        lines.append("  No contract is listed, so each clause is counted that one might carry.")
    shown_ones = [one for one in told["clocks"] if one["state"] != "rejected"][:MOST]
    for one in shown_ones:
        due = one["dues"][0] if one["dues"] else {"name": "nothing", "at": "", "period": ""}
        lines.append(
            f"  {when(due['at'])}  {one['clause']}  {shown(one['about'])} ({one['outcome']}): {due['name']}, {one['state']}"
        )
    rest = sum(one["state"] != "rejected" for one in told["clocks"]) - len(shown_ones)
    lines += [f"  and {rest} more: --json or --ics has them all"] if rest else []
    holds = ", ".join(f"{count} {kind}" for kind, count in sorted(told["holds"].items())) or "none stands"
    lines.append(f"Holds: {holds}")
    lines.append(f"Questions: {plural(told['questions_open'], 'question')} open of {told['questions']}")
    next_one = f"laydown review {given}" if told["questions_open"] else f"laydown attest {given} --form FORM -o OUT"
    lines.append(
        f"Next: {next_one}" if told["open"] else "Nothing waits for a person; that by itself makes nothing true."
    )
    return lines

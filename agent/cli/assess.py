"""laydown assess: the same evidence under other rules."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli._options import fail_on_option, json_option, pack_option, recog_option, result_option

if TYPE_CHECKING:
    from model.report import Report


@click.command("assess", short_help="The same evidence, other rules; prints what changed.")
@click.argument("source", metavar="DIR", type=click.Path(path_type=Path))
@result_option("DIR2")
@pack_option
@recog_option
@fail_on_option
@json_option
def command(
    source: Path, folder: Path, pack: Path | None, recog: Path | None, fail_on: str | None, as_json: bool
) -> None:
    """Assess the evidence in DIR again and write DIR2. Nothing is sent; DIR is not changed.

    The same evidence and pack give the same report, byte for byte, in whatever order the lines stand.

    \b
    Example:  laydown assess hq-scan --pack new-pack.zip -o hq-rejudged
    """
    from agent.compare import changes
    from agent.conclude import answer, concluded, exit_code, told
    from agent.hold import alone
    from agent.results import pack_at, with_recog
    from agent.spool import FILE, copy
    from agent.words import plain
    from model.trouble import UsageTrouble

    if not (source / FILE).exists():
        raise UsageTrouble(str(source), f"holds no {FILE}", "name the folder a scan or import wrote with -o")
    if folder.resolve() == source.resolve():
        raise UsageTrouble(
            str(folder), "is the folder that is assessed", "name another folder with -o: DIR stays as it is"
        )
    knowledge = with_recog(pack_at(pack), recog)
    before = _earlier(source)
    with alone(folder):
        copy(source, folder)
        report = concluded(folder, knowledge, _say, kind="replayed" if before else "assessed")
    changed = changes(before, report) if before else []
    if as_json:
        click.echo(json.dumps({**answer(report, folder, fail_on), "changes": changed}, sort_keys=True))
    else:
        click.echo(told(report))
        for text in changed or ["nothing changed" if before else "no earlier report to compare with"]:
            click.echo(plain(text))
    sys.exit(exit_code(report, fail_on))


def _say(text: str) -> None:
    from agent.words import put

    put(f"laydown: {text}", err=True)


def _earlier(source: Path) -> "Report | None":
    """The report to compare with; one that cannot be read is said, and is no reason not to judge the evidence again."""
    from agent.results import REPORT, report_of
    from model.trouble import Trouble

    try:
        return report_of(source)[0] if (source / REPORT).exists() else None
    except Trouble as fault:
        _say(str(fault))
        return None

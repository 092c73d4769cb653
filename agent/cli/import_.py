"""laydown import: evidence from files instead of from the wire."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli._options import fail_on_option, json_option, pack_option, result_option

if TYPE_CHECKING:
    from agent.intake import Mapping

MOST_REASONS = 20  # printed in the coverage; standard error has named every one


@click.command(
    "import", short_help="Judge files instead of a network: walks, switch text, leases, captures, inventories."
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@result_option("DIR")
@click.option("--kind", help="What the files are (snmprec, show, csv, ...); else guessed for each file.")
@click.option("--map", "named", metavar="FIELD=COLUMN", multiple=True, help="Which column of a CSV table holds what.")
@pack_option
@click.option("--site", default="", help="Site id for the report.")
@fail_on_option
@json_option
def command(
    paths: tuple[Path, ...],
    folder: Path,
    kind: str | None,
    named: tuple[str, ...],
    pack: Path | None,
    site: str,
    fail_on: str | None,
    as_json: bool,
) -> None:
    """Read files that other tools wrote, keep them as evidence in DIR and assess them. Nothing is sent.

    A file that cannot be read costs only itself: it is named, counted in the coverage, and the exit code is 4.

    \b
    Example:  laydown import walks/*.snmprec -o from-walks
              laydown import scan.xml core-switch.txt dhcpd.leases -o from-files --site hq
              laydown import cameras.csv -o from-files --map mac="MAC Address" --map manufacturer=Vendor
    """
    from agent.conclude import answer, concluded, exit_code, told
    from agent.hold import alone
    from agent.intake import files, known, mapped
    from agent.results import pack_at

    knowledge = pack_at(pack)
    known(kind)
    mapping = mapped(named, kind)
    found = files(list(paths))
    with alone(folder):
        _keep(found, folder, "csv" if mapping else kind, mapping, site)  # whoever names columns has a table
        report = concluded(folder, knowledge, _say)
    if as_json:
        click.echo(json.dumps(answer(report, folder, fail_on), sort_keys=True))
    else:
        click.echo(told(report))
        click.echo(f"{folder / 'report.html'}\nnext: laydown coverage {folder}")
    sys.exit(exit_code(report, fail_on))


def _say(text: str) -> None:
    from agent.words import put

    put(f"laydown: {text}", err=True)


def _keep(found: list[Path], folder: Path, kind: str | None, mapping: "Mapping", site: str) -> None:
    """Write every file's evidence, then the ledger of the run: a file that was not read whole is asked and not answered."""
    from importlib.metadata import version

    from agent.clock import stamp
    from agent.intake import Taken, origins
    from agent.spool import FILE, Spool
    from model.report import Site
    from model.run import End, Ledger, Start, noted

    named = origins(found)
    began, good, reasons = stamp(), [], []
    run = f"import {began}"
    with Spool(folder, _say) as kept:
        if site or {path.name for path in found} != {FILE}:  # evidence brings its own run notes, and its own site
            kept.write(noted(Start(run, f"laydown {version('laydown')}", "files", site=Site(id=site)), "files", began))
        for path, origin in named.items():
            taken = Taken(path, origin, kind, _say, mapping)
            for one in taken:
                kept.write(one)
            if taken.faults:
                reasons.append(
                    f"{origin}: {taken.faults[0]}" + f" (and {len(taken.faults) - 1} more)" * (len(taken.faults) > 1)
                )
            else:
                good.append(origin)
        status = "done" if len(good) == len(named) else "incomplete"
        ledger = Ledger(
            run, "import", "files", status, tuple(named.values()), tuple(good), reason="; ".join(reasons[:MOST_REASONS])
        )
        kept.write(noted(ledger, "files", stamp()))
        kept.write(noted(End(run, status), "files", stamp()))

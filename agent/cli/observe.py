"""laydown observe: what a person saw on a label becomes evidence, and the site is judged again."""

import sys
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli._options import fail_on_option, json_option, pack_option, result_option

if TYPE_CHECKING:
    from agent.observe import Look

WORDS = ("maker", "model", "serial", "firmware", "built", "purchase", "removed", "place", "note")


@click.command("observe", short_help="What a person saw on a device becomes evidence.")
@click.argument("source", metavar="DIR", type=click.Path(path_type=Path))
@result_option("DIR2")
@click.option("--device", metavar="D", default="", help="An id, address, MAC or name that DIR's report prints.")
@click.option("--by", metavar="NAME", default="", help="Who saw it: a person's name.")
@click.option("--on", metavar="DAY", default="", help="The day of looking, 2026-11-23; else today.")
@click.option("--maker", metavar="TEXT", default="", help="The maker's or brand's name as the label bears it.")
@click.option("--model", metavar="TEXT", default="", help="The model as the label bears it.")
@click.option("--serial", metavar="TEXT", default="", help="The serial number as the label bears it.")
@click.option("--firmware", metavar="TEXT", default="", help="The firmware's version as a screen or label shows it.")
@click.option("--built", metavar="DATE", default="", help="When the label says that it was built.")
@click.option("--purchase", metavar="TEXT", default="", help="The record of purchase: order, date, seller.")
@click.option("--removed", metavar="DAY", default="", help="The day on which it was taken out of use.")
@click.option("--place", metavar="TEXT", default="", help="Where it stands.")
@click.option("--note", metavar="TEXT", default="", help="Anything else.")
@click.option(
    "--photo", metavar="FILE", type=click.Path(path_type=Path), help="A photograph of the label: its digest is kept."
)
@click.option(
    "--sheet",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A filled sheet instead (`laydown report -f walk-csv`).",
)
@pack_option
@fail_on_option
@json_option
def command(
    source: Path,
    folder: Path,
    device: str,
    by: str,
    on: str,
    photo: Path | None,
    sheet: Path | None,
    pack: Path | None,
    fail_on: str | None,
    as_json: bool,
    **words: str,
) -> None:
    """Write what a named person saw on device D of DIR into DIR2, with DIR's evidence, and judge it all again.

    DIR2 may be DIR itself: evidence is added, none is changed. What people say stands apart from what the wire said, and
    never lowers a verdict: a label that names another maker makes `covered` a `conflict`.

    \b
    Example:  laydown observe hq --device 192.0.2.7 --by "J. Doe" --maker Lorex --built 2021-06 --photo label.jpg -o hq-seen
              laydown report hq -f walk-csv -o walk.csv
              laydown observe hq --sheet walk.csv --by "J. Doe" -o hq-seen
    """
    from agent.clock import now
    from agent.observe import Look, checked, looks
    from agent.observe import photo as pictured
    from model.person import said
    from model.trouble import UsageTrouble

    today = now().astimezone(UTC).date()
    if sheet is not None:
        if device or photo or any(words.values()):
            raise UsageTrouble("--sheet", "stands without --device, --photo and words", "leave them out, or the sheet")
        found = [checked(look, today) for look in looks(sheet, by, on or today.isoformat())]
        if not found:
            raise UsageTrouble(str(sheet), "holds no filled line", "fill at least one column of one line")
    else:
        if not device:
            raise UsageTrouble("observe", "no --device D given", "name the device, or a --sheet")
        told = said({**words, "photo": pictured(photo) if photo else ""})
        found = [checked(Look("observe", device, by, on or today.isoformat(), told), today)]
    _kept(source, folder, found, pack, fail_on, as_json)


def _kept(
    source: Path, folder: Path, found: "list[Look]", pack: Path | None, fail_on: str | None, as_json: bool
) -> None:
    """Evidence first, whole and on disk; then the report."""
    import json

    from agent.clock import now
    from agent.compare import changes
    from agent.conclude import answer, concluded, exit_code, told
    from agent.hold import alone
    from agent.observe import words
    from agent.results import PACK, pack_at, report_of
    from agent.spool import Spool, copy
    from agent.words import many, put
    from model.person import noted
    from model.times import written

    before, _ = report_of(source)
    own = source / PACK
    knowledge = pack_at(pack) if pack or not own.exists() else pack_at(own, proven=False)
    made = words(source, before, found)
    with alone(folder):
        copy(source, folder)
        with Spool(folder, _say) as spool:
            for word in made:
                spool.write(noted(word, written(now())))
        report = concluded(folder, knowledge, _say, kind="replayed")
    changed = changes(before, report)
    if as_json:
        click.echo(json.dumps({**answer(report, folder, fail_on), "changes": changed}, sort_keys=True))
    else:
        click.echo(f"{many(len(made), 'observation')} written; {told(report)}")
        for text in changed or ["no verdict changed"]:
            put(text)
    sys.exit(exit_code(report, fail_on))


def _say(text: str) -> None:
    from agent.words import put

    put(f"laydown: {text}", err=True)

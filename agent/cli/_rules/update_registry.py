"""laydown rules update-registry: a pack with a newer list of MAC blocks."""

from pathlib import Path

import click

from agent.cli._options import pack_option


@click.command(
    "update-registry", short_help="A pack with a newer list of MAC blocks. Downloads, and nothing else ever does."
)
@click.option(
    "-o",
    "--output",
    metavar="PACK",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The new pack.zip, for --pack.",
)
@click.option(
    "--from",
    "source",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A list fetched before, instead of a download: the IEEE's CSV, or lines PREFIX:NAME.",
)
@click.option("--day", default="", help="The day of the list, 2026-11-23; else today, or the file's own day.")
@click.option("--url", default="", help="Where mac-vendor-lookup fetches the list; else where it always does.")
@pack_option
def command(output: Path, source: Path | None, day: str, url: str, pack: Path | None) -> None:
    """Fetch the IEEE's list of 24-bit blocks by mac-vendor-lookup (extra `registry`), or take --from FILE, and write a new pack.

    Never part of a scan. What was added, gone or renamed is printed; the pack's own proofs must hold with the new list.

    \b
    Example:  laydown rules update-registry --from oui.csv --day 2026-11-23 -o pack.zip
    """
    from agent.clock import now
    from agent.packs.registry import day_of, fetched, rebuilt
    from agent.results import pack_at, write, zipped
    from fingerprints.diff import differences
    from model.trouble import UsageTrouble

    if source and url:
        raise UsageTrouble("--url", "stands without --from", "fetch the list, or name a file")
    held = pack_at(pack)
    when = day_of(day, source, now().date())
    data, name = (source.read_bytes(), source.name) if source else fetched(url)
    made = rebuilt(held, data, when, name)
    write(output, zipped(made))
    click.echo("\n".join([*differences(held, made), f"{output}: pack {made.digest}"]))

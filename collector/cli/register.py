"""laydown-collector register: the register of sites, from a CSV file."""

from pathlib import Path

import click

from collector.cli._options import database_option, dir_option, organisation_of, organisation_option


@click.command("register", short_help="Bring the register of sites from a CSV file.")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@dir_option
@database_option
@organisation_option
def command(path: Path, folder: Path, database: str, organisation: str) -> None:
    """Add the sites of FILE, or change those that are there; whole or not at all. docs/collector.md names the columns.

    \b
    Example:  laydown-collector register sites.csv --dir D
    """
    from collector.people.register import lines, taken
    from collector.place import opened
    from model.trouble import UsageTrouble

    try:
        found = lines(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "not UTF-8"
        raise UsageTrouble(str(path), f"cannot be read ({why})", "name a CSV file in UTF-8") from None
    place = opened(folder, database)
    org = organisation_of(place, organisation)
    with place.store.system(write=True) as tx:
        done = taken(tx, org, found)
    click.echo(f"{path}: {done.added} added, {done.changed} changed, {done.same} as they were")

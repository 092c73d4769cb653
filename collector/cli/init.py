"""laydown-collector init: a folder with everything in it, or the schema of one that is there brought up."""

from pathlib import Path

import click

from collector.cli._options import database_option, dir_option


@click.command("init", short_help="Make a collector's folder, or bring one up to this version.")
@dir_option
@database_option
@click.option("--organisation", "name", default="", metavar="NAME", help="Name of the first organisation.")
def command(folder: Path, database: str, name: str) -> None:
    """Make D with its settings, its key and its database, and the first organisation. What is there stays as it is.

    \b
    Example:  laydown-collector init --dir /var/lib/laydown-collector --organisation "Example Agency"
    """
    from collector.people.organisations import first
    from collector.place import made, opened
    from collector.setup import ready_made

    made(folder)
    place = opened(folder, database, checked=False)
    at = ready_made(place)
    called = first(place, name)
    click.echo(f"{folder}: ready, schema {at}, organisation {called}")
    click.echo(f"the key of its receipts: {folder / 'collector.key.pub'}, id {place.keyid}")
    click.echo(
        f"next: laydown-collector user add NAME --dir {folder} --role admin; laydown-collector serve --dir {folder}"
    )

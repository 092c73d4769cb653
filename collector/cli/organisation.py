"""laydown-collector organisation: those whose things are kept apart."""

import json
from pathlib import Path

import click

from collector.cli._options import database_option, dir_option, json_option


@click.group("organisation", short_help="Organisations: add, list.")
def command() -> None:
    """Those whose sites, people and reports are kept apart from all others'.

    \b
    Example:  laydown-collector organisation add "Example Agency" --dir D
    """


@command.command("add")
@click.argument("name", metavar="NAME")
@dir_option
@database_option
def add(name: str, folder: Path, database: str) -> None:
    """Add an organisation; its id is what agents' configurations name as the recipient."""
    from collector.people.organisations import added
    from collector.place import opened

    place = opened(folder, database)
    with place.store.system(write=True) as tx:
        click.echo(f"{name}: {added(tx, name)}")


@command.command("list")
@dir_option
@database_option
@json_option
def listed(folder: Path, database: str, as_json: bool) -> None:
    """List all organisations with their ids."""
    from sqlalchemy import select

    from collector.place import opened
    from collector.store.tables import organisation

    place = opened(folder, database)
    with place.store.system() as tx:
        rows = [(row.id, row.name) for row in tx.execute(select(organisation).order_by(organisation.c.name))]
    if as_json:
        click.echo(json.dumps([{"id": ident, "name": name} for ident, name in rows]))
    for ident, name in [] if as_json else rows:
        click.echo(f"{ident}  {name}")

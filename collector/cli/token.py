"""laydown-collector token: what an agent enrols with, and what programs of your own ask the API with."""

import json
from pathlib import Path

import click

from collector.cli._options import database_option, dir_option, json_option, organisation_of, organisation_option


@click.command("token", short_help="One-time tokens with which agents enrol; a bearer token for a program.")
@dir_option
@database_option
@organisation_option
@click.option("--site", "sites", multiple=True, metavar="ID", help="A site of the register; may be said again.")
@click.option("--new", "entity", default="", metavar="ENTITY", help="Add the site to the register, under this entity.")
@click.option("--all", "every", is_flag=True, help="One for each site that has no agent.")
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 365), help="How long they are good.")
@click.option(
    "--csv", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write them to this file (0600) instead."
)
@click.option(
    "--bearer", "login", default="", metavar="LOGIN", help="Instead: a token that asks the API as this person."
)
@click.option("--metrics", is_flag=True, help="Instead: a token that reads /metrics and nothing else.")
@json_option
def command(
    folder: Path,
    database: str,
    organisation: str,
    sites: tuple[str, ...],
    entity: str,
    every: bool,
    days: int,
    out: Path | None,
    login: str,
    metrics: bool,
    as_json: bool,
) -> None:
    """Print tokens. Each is told this once; what is kept is its digest. An agent's token is good once.

    \b
    Example:  laydown-collector token --dir D --site hq --new "Example Marine LLC"
    """
    from collector.people import programs, tokens
    from collector.people.register import checked, taken
    from collector.place import opened
    from model.trouble import UsageTrouble

    place = opened(folder, database)
    if login or metrics:
        click.echo(programs.metrics(place, days) if metrics else programs.bearer(place, login, days))
        return
    org = organisation_of(place, organisation)
    if not sites and not every:
        raise UsageTrouble("no --site given", "a token is for one site", "name it with --site, or say --all")
    with place.store.system(write=True) as tx:
        if entity:
            taken(tx, org, [checked({"site": ref, "entity": entity}, "--site") for ref in sites])
        made = tokens.issued(tx, org, [*sites, *(tokens.lacking(tx, org) if every else ())], "operator", days)
    if out is not None:
        programs.written(
            out, "site,token,expires_at\n" + "".join(f"{one.site},{one.token},{one.expires_at}\n" for one in made)
        )
        click.echo(f"{out}: {len(made)} tokens")
    elif as_json:
        click.echo(json.dumps([{"site": one.site, "token": one.token, "expires_at": one.expires_at} for one in made]))
    else:
        for one in made:
            click.echo(f"{one.site}  {one.token}  good until {one.expires_at[:10]}")

"""laydown-collector replay: stored evidence judged again by another pack, here and now."""

import json
from pathlib import Path

import click

from collector.cli._options import database_option, dir_option, json_option, organisation_of, organisation_option


@click.command("replay", short_help="Judge stored evidence again by another pack; show, and adopt if asked.")
@dir_option
@database_option
@organisation_option
@click.option(
    "--pack", "path", type=click.Path(path_type=Path, dir_okay=False), help="A pack.zip; else the pack shipped."
)
@click.option("--adopt", is_flag=True, help="Let the new verdicts count; the former stay with their dates.")
@click.option("--by", default="operator", show_default=True, metavar="NAME", help="Who looks at it, for the record.")
@json_option
def command(
    folder: Path, database: str, organisation: str, path: Path | None, adopt: bool, by: str, as_json: bool
) -> None:
    """Judge the newest whole report of every site again, and print what that changes. Nothing counts before --adopt.

    The preview is on record with its time and reader, and opens clock candidates.

    \b
    Example:  laydown-collector replay --dir D --pack new-pack.zip
    """
    from collector.place import opened
    from collector.replay.here import Looked, looked
    from reporters._text import shown

    place = opened(folder, database)
    found: Looked = looked(place, organisation_of(place, organisation), path, adopt, by)
    if as_json:
        sites = [
            {
                "site": one.site,
                "changes": [{"device": d.label, "before": d.before, "after": d.after} for d in one.changes],
                "fault": one.fault,
            }
            for one in found.sites
        ]
        click.echo(json.dumps({"replay": found.replay, "adopted": found.adopted, "sites": sites}, sort_keys=True))
        return
    for one in found.sites:
        for change in one.changes:
            line = f"{one.site}  {change.label}: {change.before or 'not there'} -> {change.after or 'not there'}"
            click.echo(shown(line))
        if one.fault:
            click.echo(shown(f"laydown-collector: {one.site}: {one.fault}"), err=True)
    changed = sum(bool(one.changes) for one in found.sites)
    click.echo(
        f"replay {found.replay}: {len(found.sites)} sites judged, {changed} would change"
        if found.adopted is None
        else f"replay {found.replay}: adopted at {found.adopted} sites"
    )

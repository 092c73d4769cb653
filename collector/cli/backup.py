"""laydown-collector backup: everything, while it is served."""

from pathlib import Path

import click

from collector.cli._options import database_option, dir_option


@click.command("backup", short_help="Write everything to a folder, signed, while it is served.")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path, file_okay=False))
@dir_option
@database_option
def command(out: Path, folder: Path, database: str) -> None:
    """Write all tables, blobs, settings and the key to OUT. An OUT that holds an earlier backup is brought up to date.

    OUT holds the collector's key: keep it as the collector's own folder is kept.

    \b
    Example:  laydown-collector backup /backup/collector --dir D
    """
    from collector.backup import backed_up
    from collector.place import opened

    made = backed_up(opened(folder, database), out)
    rows = sum(count for count, _ in made.tables.values())
    click.echo(f"{out}: {rows:,} rows, {made.blobs:,} files of blobs, schema {made.revision}")
    for org, (number, sha256) in sorted(made.heads.items()):
        click.echo(f"receipts of {org}: {number}, head {sha256}")

"""laydown-collector restore: a backup back into a folder, checked."""

from pathlib import Path

import click

from collector.cli._options import database_option


@click.command("restore", short_help="A backup into a new folder, checked; or only check it.")
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--dir", "folder", metavar="D", type=click.Path(path_type=Path, file_okay=False), help="The folder to make."
)
@database_option
@click.option("--check", is_flag=True, help="Only check that every file is what was written.")
def command(source: Path, folder: Path | None, database: str, check: bool) -> None:
    """Restore BACKUP into D, which must not hold anything, and into SQLite there unless --database names an empty one.

    Signatures, digests and the chains of receipts are checked; a backup of SQLite restores into PostgreSQL and the other way.

    \b
    Example:  laydown-collector restore /backup/collector --dir D2
    """
    from collector.backup import checked, restored
    from model.trouble import UsageTrouble

    if check:
        made = checked(source)
        click.echo(f"{source}: made {made.made_at}, every file is what was written")
        return
    if folder is None:
        raise UsageTrouble("no --dir given", "a backup is restored into a folder", "name one, or say --check")
    made = restored(source, folder, database)
    click.echo(f"{folder}: restored as of {made.made_at}; every digest, signature and chain holds")

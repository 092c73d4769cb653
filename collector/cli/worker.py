"""laydown-collector worker: rows, replays and retention, beside or instead of a serving process."""

from pathlib import Path

import click

from collector.cli._options import database_option, dir_option


@click.command("worker", short_help="Write rows, work at replays, keep retention; any number beside `serve`.")
@dir_option
@database_option
@click.option("--once", is_flag=True, help="Do what waits, and end.")
def command(folder: Path, database: str, once: bool) -> None:
    """Do the work that waits until stopped. One worker writes rows at a time; replays are shared among all, one job a site.

    \b
    Example:  laydown-collector worker --dir D --database postgresql://laydown@db/laydown
    """
    from collector.place import opened
    from collector.work import worked

    done = worked(opened(folder, database), once)
    click.echo(f"{done} parcels written" if once else "stopped")

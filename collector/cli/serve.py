"""laydown-collector serve: the API and the pages, and beside them the writing of rows."""

from pathlib import Path

import click

from collector.cli._options import database_option, dir_option

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command("serve", short_help="Serve agents and people.")
@dir_option
@database_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8889, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on; 0: any free one."
)
@click.option(
    "--insecure-http", is_flag=True, help="Serve other machines without HTTPS, as behind a proxy of your own."
)
@click.option("--no-rows", is_flag=True, help="Leave the writing of rows to `laydown-collector worker`.")
def command(folder: Path, database: str, host: str, port: int, insecure_http: bool, no_rows: bool) -> None:
    """Serve the collector in D until it is stopped. A request that was answered is on disk, whenever it is stopped, and however.

    \b
    Example:  laydown-collector serve --dir /var/lib/laydown-collector
    """
    from collector.place import opened
    from collector.serve import served
    from model.trouble import UsageTrouble

    place = opened(folder, database)
    if host not in LOOPBACK and not place.settings.certificate and not insecure_http:
        what = "other machines would be served without HTTPS"
        raise UsageTrouble(
            f"--host {host}", what, "name certificate and certificate_key in collector.toml, or say --insecure-http"
        )
    served(place, host, port, rows=not no_rows)

"""laydown-collector intake: parcels that came as files, where no line is."""

from pathlib import Path

import click

from collector.cli._options import database_option, dir_option


@click.command("intake", short_help="Take parcels from files; write a receipt beside each.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@dir_option
@database_option
def command(files: tuple[Path, ...], folder: Path, database: str) -> None:
    """Verify each FILE as if it had been sent, keep it, and write FILE.receipt.json for the way back.

    A file that is not taken is said, and the others are taken all the same; exit 1. Taken twice, it brings the same receipt.

    \b
    Example:  laydown-collector intake /media/usb/hq.parcel --dir D
    """
    from collector.command import DONE, FAILED
    from collector.intake.files import taken
    from collector.place import opened
    from model.trouble import Trouble
    from reporters._text import shown

    place, code = opened(folder, database), DONE
    for path in files:
        try:
            number, receipt = taken(place, path)
            click.echo(f"{path}: taken, receipt {number} in {receipt}")
        except Trouble as fault:
            click.echo(shown(f"laydown-collector: {fault}"), err=True)
            code = FAILED
    click.get_current_context().exit(code)

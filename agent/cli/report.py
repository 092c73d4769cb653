"""laydown report: write a report in one of the formats."""

import sys
from pathlib import Path

import click

from agent.cli._options import lang_option

STDOUT = ("-", "/dev/stdout")


@click.command("report", short_help="Write a report as HTML, CSV, JSON, a walk sheet, ...")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path), required=False)
@click.option("-f", "--format", "form", default="html", show_default=True, help="`list` names the formats.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file; else standard output.")
@lang_option
def command(folder: Path | None, form: str, output: Path | None, lang: str) -> None:
    """Write the report in DIR in one of the formats.

    \b
    Example:  laydown report hq-scan -f walk-sheet -o closets.html
              laydown report hq-scan --lang es -o informe.html
              laydown report -f list
    """
    from agent.moments import note
    from agent.results import rendered, report_of, write
    from agent.words import put
    from model.folder import modules
    from model.trouble import UsageTrouble

    if form == "list":
        for name, found in modules("reporters").items():
            title = getattr(found, "TITLE", "")  # `forms` is a room of its own, not a format
            if title:
                click.echo(f"{name.replace('_', '-'):14} {title}")
        return
    if folder is None:
        raise UsageTrouble("report", "no DIR given", "name the folder a scan, import or assess wrote with -o")
    report, digest = report_of(folder)
    data = rendered(form, report, lang)
    if fault := note(folder, "read", digest):
        put(f"laydown: {fault}", err=True)
    if output is None or str(output) in STDOUT:
        sys.stdout.buffer.write(data)
    else:
        write(output, data)
        click.echo(f"{output}: {len(data):,} bytes")

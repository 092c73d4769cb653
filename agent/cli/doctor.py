"""laydown doctor: what works on this machine, what not, and how to mend it."""

import sys
from pathlib import Path

import click

from agent.cli._options import json_option

MARKS = {"ok": "ok  ", "less": "less", "bad": "BAD "}


@click.command("doctor", short_help="What works on this machine, what not, and how to mend it.")
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Where results are to go.",
)
@click.option("--config", type=click.Path(path_type=Path), help="Default: ./agent.toml, then /etc/laydown/agent.toml.")
@json_option
def command(folder: Path, config: Path | None, as_json: bool) -> None:
    """Check rights, interfaces, rules and their age, configuration, disk. Sends nothing. Exit 1 if a scan cannot work.

    \b
    Example:  laydown doctor
    """
    import json

    import msgspec

    from agent import clock
    from agent.doctor import checks

    found = checks(folder, config, clock.now())
    code = int(any(one.state == "bad" for one in found))
    if as_json:
        click.echo(json.dumps({"exit": code, "checks": [msgspec.to_builtins(one) for one in found]}, sort_keys=True))
    else:
        for one in found:
            click.echo(f"{MARKS[one.state]}  {one.name:18} {one.found}")
            if one.mend and one.state != "ok":
                click.echo(f"      {'':18} mend: {one.mend}")
    sys.exit(code)

"""laydown rules diff: what two packs say differently."""

import sys
from pathlib import Path

import click

from agent.cli._options import json_option


@click.command("diff", short_help="What two packs say differently.")
@click.argument("old", metavar="A", type=click.Path(path_type=Path))
@click.argument("new", metavar="[B]", type=click.Path(path_type=Path), required=False)
@json_option
def command(old: Path, new: Path | None, as_json: bool) -> None:
    """One line a difference from pack A to pack B (else the pack shipped): `+` only in B, `-` only in A, `~` changed.

    A result folder stands for the pack.zip in it. Exit 0 whether or not there are any.

    \b
    Example:  laydown rules diff hq/pack.zip
    """
    import json

    from agent.results import PACK, pack_at
    from agent.words import put
    from fingerprints.diff import differences

    one, two = (pack_at(_pack(path, PACK), proven=False) for path in (old, new))
    found = differences(one, two)
    if as_json:
        click.echo(json.dumps({"a": one.digest, "b": two.digest, "differences": found}, sort_keys=True))
    else:
        put("\n".join([f"{one.digest} -> {two.digest}", *(found or ["both say the same"])]))
    sys.exit(0)


def _pack(path: Path | None, name: str) -> Path | None:
    return path / name if path is not None and (path / name).is_file() else path

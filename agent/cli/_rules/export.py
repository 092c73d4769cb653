"""laydown rules export: a pack as one signed file."""

from pathlib import Path

import click

from agent.cli._options import pack_option, recog_option


@click.command("export", short_help="A pack as one signed file, to be carried to a site without a network.")
@click.option(
    "-o", "--output", metavar="FILE", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file."
)
@click.option("--key", required=True, type=click.Path(path_type=Path), help="The private key that keygen made.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="First line: what --key is locked with.")
@pack_option
@recog_option
def command(output: Path, key: Path, passphrase_file: Path | None, pack: Path | None, recog: Path | None) -> None:
    """Write the pack, proven, with a signature over its digest.

    \b
    Example:  laydown rules export --key packs.key -o packs-2026-11.laydownpack
    """
    from agent.clock import stamp
    from agent.engine import engine
    from agent.packs.carried import packed
    from agent.results import pack_at, with_recog, write
    from agent.signing import keys
    from agent.signing.secrets import first_line

    held = with_recog(pack_at(pack), recog)
    data = packed(held, keys.private(key, first_line(passphrase_file)), stamp(), engine())
    write(output, data)
    click.echo(f"{output}: {len(data):,} bytes, pack {held.digest}")

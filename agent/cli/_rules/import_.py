"""laydown rules import: the pack out of a signed file, once everything about it holds."""

from pathlib import Path

import click


@click.command("import", short_help="Take the pack out of a signed file, once everything about it holds.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--pub", required=True, type=click.Path(path_type=Path), help="The public key of who signs packs.")
@click.option(
    "-o",
    "--output",
    metavar="PACK",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The pack.zip, for --pack.",
)
def command(file: Path, pub: Path, output: Path) -> None:
    """Write FILE's pack to PACK if its signature is by --pub and its digest and proofs hold; else nothing is written.

    \b
    Example:  laydown rules import packs-2026-11.laydownpack --pub packs.key.pub -o pack.zip
              laydown assess hq --pack pack.zip -o hq-rejudged
    """
    from agent.clock import now
    from agent.packs.carried import OLD, bytes_of, opened, verified
    from agent.results import write
    from agent.signing import keys
    from agent.signing.said import OK
    from model.trouble import Trouble

    held = opened(file)  # once: what is written is what was verified, whoever changes the file meanwhile
    for one in verified(file, held, keys.public(bytes_of(pub), str(pub)), now()):
        if one.state == OLD:
            click.echo(f"laydown: {file}: {one.why}", err=True)
        elif one.state != OK:
            remedy = "ask who signs your packs for another file; nothing was written"
            raise Trouble(str(file), f"{one.what}: {one.why or one.state}", remedy)
    write(output, held.pack)
    click.echo(f"{output}: use it with --pack {output}")

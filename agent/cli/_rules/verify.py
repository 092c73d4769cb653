"""laydown rules verify: whether a signed pack file can be believed."""

import sys
from pathlib import Path

import click

from agent.cli._options import json_option


@click.command("verify", short_help="Check a signed pack file: signature, digest, proofs, age, each said apart.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--pub", type=click.Path(path_type=Path), help="The public key of who signs packs.")
@json_option
def command(file: Path, pub: Path | None, as_json: bool) -> None:
    """Check FILE, offline. Exit 1 if anything failed; without --pub the signature is not checked, and says so.

    \b
    Example:  laydown rules verify packs-2026-11.laydownpack --pub packs.key.pub
    """
    import json

    import msgspec

    from agent.clock import now
    from agent.packs.carried import bytes_of, opened, verified
    from agent.signing import keys
    from agent.signing.said import FAILED
    from agent.words import put

    found = list(verified(file, opened(file), keys.public(bytes_of(pub), str(pub)) if pub else None, now()))
    if as_json:
        click.echo(json.dumps({"said": msgspec.to_builtins(found)}, sort_keys=True))
    else:
        put("\n".join(f"{one.state:12} {one.what}{f': {one.why}' if one.why else ''}" for one in found))
    sys.exit(1 if any(one.state == FAILED for one in found) else 0)

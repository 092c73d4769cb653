"""laydown verify: signature, digests, evidence and the report made again, each said apart, offline."""

import json
from pathlib import Path

import click

from agent.cli._options import json_option


@click.command("verify", short_help="Check a result folder: signature, digests, evidence, the report made again.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--pub", type=click.Path(path_type=Path), help="The public key of whoever should have signed.")
@json_option
@click.pass_context
def command(ctx: click.Context, folder: Path, pub: Path | None, as_json: bool) -> None:
    """Say of each thing in DIR whether it is ok, FAILED or NOT CHECKED. Nothing is sent; no network is needed.

    Exit 0: nothing failed. Exit 1: something did. What was not checked is said, and is no proof of anything.

    \b
    Example:  laydown verify hq-scan --pub site.key.pub
    """
    import msgspec

    from agent.command import DONE
    from agent.signing import keys
    from agent.signing.folder import FAILED, verified
    from model.trouble import UsageTrouble

    key = None
    if pub is not None:
        try:
            key = keys.public(pub.read_bytes(), str(pub))
        except OSError as fault:
            raise UsageTrouble(str(pub), f"cannot be read ({fault.strerror})", "name the .pub file") from None
    said = list(verified(folder, key))
    if as_json:
        click.echo(json.dumps([msgspec.to_builtins(one) for one in said], sort_keys=True))
    else:
        for one in said:
            click.echo(f"{one.state:12} {one.what}{f': {one.why}' if one.why else ''}")
    ctx.exit(1 if any(one.state == FAILED for one in said) else DONE)

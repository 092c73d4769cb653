"""laydown keygen: a new signing key."""

from pathlib import Path

import click


@click.command("keygen", short_help="A new signing key, and its public half beside it.")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--type", "kind", type=click.Choice(["ed25519", "p256"]), help="Ed25519 unless said; with --fips P-256.")
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path), help="Lock the key with the first line of this file."
)
@click.option("--fips", is_flag=True, help="P-256 and SHA-2 alone. Also: LAYDOWN_FIPS=1.")
def command(path: Path, kind: str | None, passphrase_file: Path | None, fips: bool) -> None:
    """Write a new private key to FILE, readable by its owner alone, and its public half to FILE.pub.

    A file that is there is never overwritten.

    \b
    Example:  laydown keygen site.key
    """
    from agent.signing import fips as mode
    from agent.signing import keys
    from agent.signing.secrets import first_line
    from model.trouble import UsageTrouble

    asked = mode.asked(fips)
    if asked and kind == "ed25519":
        raise UsageTrouble("--type ed25519", f"{keys.FIPS} ({asked})", "choose --type p256")
    name = keys.made(kind or ("p256" if asked else "ed25519"), path, first_line(passphrase_file))
    click.echo(f"{path}: keep it; {path}.pub: give it to whoever verifies\nkey id {name}")

"""laydown sign: a signed statement over a result folder."""

from pathlib import Path

import click


@click.command("sign", short_help="Sign a result folder: report, evidence and pack.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--key", required=True, type=click.Path(path_type=Path), help="The private key that keygen made.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="First line: what the key is locked with.")
@click.option("--fips", is_flag=True, help="Refuse a key that is not P-256.")
def command(folder: Path, key: Path, passphrase_file: Path | None, fips: bool) -> None:
    """Write DIR/statement.dsse.json: an in-toto Statement over the digests of report, evidence and pack, in a DSSE envelope.

    \b
    Example:  laydown sign hq-scan --key site.key
    """
    from agent.signing import keys
    from agent.signing.folder import sign
    from agent.signing.secrets import first_line

    path = sign(folder, keys.private(key, first_line(passphrase_file), fips))
    click.echo(f"{path}: signed; verify with: laydown verify {folder} --pub {key}.pub")

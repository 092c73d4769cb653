"""laydown sign: a signed statement over a result folder, or a person's signature on a drafted paper."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import click

from agent.cli._options import json_option

PATH = click.Path(path_type=Path)


class Given(NamedTuple):
    """The command line."""

    path: Path
    key: Path | None
    passphrase_file: Path | None
    pkcs12: Path | None
    pkcs12_passphrase_file: Path | None
    pkcs11_module: Path | None
    slot: int | None
    token_label: str
    cert_label: str
    key_label: str
    pin_file: Path | None
    line: int
    tsa: str
    no_timestamp: bool
    trust: tuple[Path, ...]
    crl: tuple[Path, ...]
    long_term: bool
    output: Path | None
    fips: bool
    as_json: bool


@click.command("sign", short_help="Sign a result folder, or, as a person, a drafted paper.")
@click.argument("path", metavar="DIR|PAPER.pdf", type=PATH)
@click.option("--key", type=PATH, help="The private key that keygen made: for DIR, or a paper's statement.")
@click.option("--passphrase-file", type=PATH, help="First line: what --key is locked with.")
@click.option("--pkcs12", type=PATH, help="The signer's key and certificate (.p12, .pfx).")
@click.option("--pkcs12-passphrase-file", type=PATH, help="First line: what it is locked with; else it is asked for.")
@click.option("--pkcs11-module", type=PATH, help="The .so of the signer's card, such as a CAC or PIV card.")
@click.option("--slot", type=int, help="The number of the card's slot, where more than one card is there.")
@click.option("--token-label", default="", help="The card's label, where more than one card is there.")
@click.option("--cert-label", default="", help="The certificate's label, where more than one has a key.")
@click.option("--key-label", default="", help="The key's label, where it is not found by the certificate.")
@click.option("--pin-file", type=PATH, help="First line: the card's PIN; else it is asked for. Tried once.")
@click.option("--line", type=int, default=1, show_default=True, help="Which signature line of the paper.")
@click.option("--tsa", default="", metavar="URL", help="RFC 3161 authority that stamps the time; sees a digest.")
@click.option("--no-timestamp", is_flag=True, help="A paper without a time stamp: nothing then proves when.")
@click.option("--trust", type=PATH, multiple=True, help="An authority that the certificate must lead to; repeatable.")
@click.option("--crl", type=PATH, multiple=True, help="A list of revoked certificates to check; repeatable.")
@click.option("--long-term", is_flag=True, help="Keep the lists of --crl in the paper, for whoever checks it in years.")
@click.option("-o", "--output", type=PATH, help="The signed paper. Default: PAPER.signed.pdf.")
@click.option("--fips", is_flag=True, help="Refuse keys that FIPS mode does not take. Also: LAYDOWN_FIPS=1.")
@json_option
def command(**given: Any) -> None:
    """Write DIR/statement.dsse.json: an in-toto Statement over the digests of report, evidence and pack, in a DSSE envelope.

    Or sign PAPER.pdf by a PKCS #12 file or a card (PAdES): PAPER.signed.pdf and its statement. PAPER.pdf stays as it is.

    \b
    Example:  laydown sign hq-scan --key site.key
              laydown sign far-52.204-26.pdf --pkcs12 me.p12 --tsa http://timestamp.example
    """
    from model.trouble import UsageTrouble

    said = Given(**given)
    if said.path.is_dir():
        if said.pkcs12 or said.pkcs11_module or said.key is None:
            raise UsageTrouble(
                str(said.path), "a folder is signed by a key in a file", "--key FILE of `laydown keygen`"
            )
        _folder(said, said.key)
    else:
        from agent.cli._sign_paper import paper

        paper(said)


def _folder(said: Given, key: Path) -> None:
    from agent.signing import fips, keys
    from agent.signing.folder import sign
    from agent.signing.secrets import first_line

    held = keys.private(key, first_line(said.passphrase_file), bool(fips.asked(said.fips)))
    path = sign(said.path, held, said.tsa)
    if said.as_json:
        click.echo(json.dumps({"files": [str(path)], "key": keys.keyid(held.public_key()), "stamped": bool(said.tsa)}))
        return
    click.echo(f"{path}: signed; verify with: laydown verify {said.path} --pub {key}.pub")

"""laydown sign: a signed statement over a result folder, or a person's signature on a drafted paper."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from agent.cli._options import json_option

if TYPE_CHECKING:
    from agent.signing.filing import Order

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
        _paper(said)


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


def _paper(said: Given) -> None:
    from model.trouble import Missing, UsageTrouble

    where = str(said.path)
    if bool(said.pkcs12) == bool(said.pkcs11_module):
        raise UsageTrouble(
            where, "a paper is signed by a person", "name --pkcs12 FILE or --pkcs11-module FILE, one of them"
        )
    if bool(said.tsa) == said.no_timestamp:
        what = (
            "without a time stamp a signature ends with its certificate" if not said.tsa else "--tsa and --no-timestamp"
        )
        raise UsageTrouble(where, what, "name one of them: --tsa URL, or --no-timestamp")
    if said.long_term and not (said.tsa and said.trust and said.crl):
        raise UsageTrouble("--long-term", "needs a time stamp and lists to keep", "name --tsa, --trust and --crl, too")
    try:
        from agent.signing import filing
    except ModuleNotFoundError as fault:
        raise Missing(
            str(fault.name), "not installed, so no paper can be signed", "pip install 'laydown[paper]'"
        ) from None
    order = _order(said)
    filing.output_of(order)
    held = filing.opened(said.path)
    with _person(said) as who:
        done = filing.signed(held, order, who)
    role = held.roles[said.line - 1]
    told: dict[str, Any] = {
        "files": [str(path) for path in done.files],
        "signer": _name(who),
        "line": said.line,
        "role": role,
    }
    told |= {
        "stamped": bool(said.tsa),
        "lasting": said.long_term,
        "seen": done.seen,
        "sample": done.sample,
        "holds": done.holds,
    }
    click.echo(json.dumps(told, sort_keys=True) if said.as_json else _words(told, done.files[0]))


def _order(said: Given) -> "Order":
    from agent import clock
    from agent.signing import fips, keys
    from agent.signing.chain import trust_of
    from agent.signing.filing import Order
    from agent.signing.secrets import first_line

    asked, now = fips.asked(said.fips), clock.now()
    key = keys.private(said.key, first_line(said.passphrase_file), bool(asked)) if said.key else None
    trust = trust_of(said.trust, said.crl, now)
    return Order(said.path, said.output, now, asked, key, said.tsa, said.line, trust, said.long_term)


def _person(said: Given) -> Any:
    from contextlib import nullcontext

    from agent.signing import card, pkcs12
    from agent.signing.secrets import asked

    if said.pkcs12:
        secret = asked(said.pkcs12_passphrase_file, f"Passphrase of {said.pkcs12}", "--pkcs12-passphrase-file")
        return nullcontext(pkcs12.person(said.pkcs12, secret))
    assert said.pkcs11_module is not None
    held = card.Card(said.pkcs11_module, said.slot, said.token_label, said.cert_label, said.key_label)
    return card.opened(held, lambda: asked(said.pin_file, "PIN of the card", "--pin-file"))


def _name(who: Any) -> str:
    from agent.signing.person import name_of

    return name_of(who.certificate.subject)


def _words(told: dict[str, Any], paper: Path) -> str:
    kept = "PAdES-B-LT, time-stamped, with lists of revoked certificates"
    level = (
        kept
        if told["lasting"]
        else "PAdES-B-T, time-stamped"
        if told["stamped"]
        else "PAdES-B-B: no time stamp, so nothing proves when"
    )
    lines = [f"{paper}: signed by {told['signer']}, line {told['line']} ({told['role']}); {level}"]
    lines += [str(path) for path in told["files"][1:]]
    if not told["seen"]:
        lines.append("the line was not found in the paper: the signature is in it, and cannot be seen on the page")
    if told["holds"]:
        lines.append(f"{told['holds']} hold{'s' if told['holds'] != 1 else ''} stand in it: signing lifts none")
    if told["sample"]:
        lines.append("every page says SAMPLE: it is nobody's statement, signed or not")
    lines.append(f"verify with: laydown verify {paper} --trust AUTHORITY.pem --report DIR")
    return "\n".join(lines)

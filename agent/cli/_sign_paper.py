"""`laydown sign PAPER.pdf`: who signs, with what, and what is said of it afterwards."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from agent.cli.sign import Given
    from agent.signing.filing import Order


def paper(said: "Given") -> None:
    """Sign a paper as the command line has it, and tell what was written. Trouble where anything hinders."""
    from model.trouble import Missing, UsageTrouble

    where = str(said.path)
    if not said.path.exists():
        raise UsageTrouble(where, "no such folder or file", "name a result folder or a drafted paper")
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


def _order(said: "Given") -> "Order":
    from agent import clock
    from agent.signing import fips, keys
    from agent.signing.chain import trust_of
    from agent.signing.filing import Order
    from agent.signing.secrets import first_line

    asked, now = fips.asked(said.fips), clock.now()
    key = keys.private(said.key, first_line(said.passphrase_file), bool(asked)) if said.key else None
    trust = trust_of(said.trust, said.crl, now)
    return Order(said.path, said.output, now, asked, key, said.tsa, said.line, trust, said.long_term)


def _person(said: "Given") -> Any:
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

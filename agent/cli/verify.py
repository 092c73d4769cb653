"""laydown verify: a result folder or a signed paper; signatures, times, digests, the report made again: each said apart, offline."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli._options import json_option

if TYPE_CHECKING:
    from agent.signing.said import Said

PATH = click.Path(path_type=Path)


@click.command("verify", short_help="Check a result folder or a signed paper, offline.")
@click.argument("path", metavar="DIR|PAPER.pdf", type=PATH)
@click.option("--pub", type=PATH, help="The public key of whoever should have signed the statement.")
@click.option("--trust", type=PATH, multiple=True, help="Certificates of authorities you trust; repeatable.")
@click.option("--crl", type=PATH, multiple=True, help="A list of revoked certificates; repeatable.")
@click.option("--report", "reports", type=PATH, multiple=True, help="A folder that the paper should quote; repeatable.")
@click.option("--answers", type=PATH, help="The answers file that should stand in the paper.")
@json_option
def command(path: Path, as_json: bool, **given: Any) -> None:
    """Say of each thing in DIR or PAPER.pdf whether it is ok, FAILED or NOT CHECKED. Nothing is sent; no network is needed.

    Exit 0: nothing failed. Exit 1: something did. What was not checked is said, and is no proof of anything.

    \b
    Example:  laydown verify hq-scan --pub site.key.pub
              laydown verify far-52.204-26.signed.pdf --trust authority.pem --report hq-scan
    """
    import msgspec

    from agent.exits import DONE
    from agent.signing.said import FAILED
    from agent.words import put
    from model.trouble import UsageTrouble

    if not path.exists():
        raise UsageTrouble(str(path), "no such folder or file", "name a result folder or a signed paper")
    said = list(_folder(path, given) if path.is_dir() else _paper(path, given))
    if as_json:
        click.echo(json.dumps([msgspec.to_builtins(one) for one in said], sort_keys=True))
    else:
        for one in said:
            put(f"{one.state:12} {one.what}{f': {one.why}' if one.why else ''}")
    click.get_current_context().exit(1 if any(one.state == FAILED for one in said) else DONE)


def _folder(path: Path, given: dict[str, Any]) -> "Iterator[Said]":
    from agent.signing.folder import verified
    from model.trouble import UsageTrouble

    if given["reports"] or given["answers"]:
        raise UsageTrouble("--report, --answers", "are about a signed paper", "leave them out, or name the paper")
    trust = _trust(given) if given["trust"] or given["crl"] else None
    return verified(path, _key(given["pub"]), trust)


def _paper(path: Path, given: dict[str, Any]) -> "Iterator[Said]":
    trust = _trust(given)
    from agent.signing.paper_checks import Asked, verified

    return verified(path, Asked(trust, _key(given["pub"]), given["reports"], given["answers"]))


def _trust(given: dict[str, Any]) -> Any:
    from agent import clock
    from model.trouble import Missing

    try:
        from agent.signing.chain import trust_of
    except ModuleNotFoundError as fault:
        remedy = "pip install 'laydown[paper]'"
        raise Missing(str(fault.name), "not installed, so no certificate can be checked", remedy) from None
    return trust_of(given["trust"], given["crl"], clock.now())


def _key(pub: Path | None) -> Any:
    from agent.signing import keys
    from model.trouble import UsageTrouble

    if pub is None:
        return None
    try:
        return keys.public(pub.read_bytes(), str(pub))
    except OSError as fault:
        raise UsageTrouble(str(pub), f"cannot be read ({fault.strerror})", "name the .pub file") from None

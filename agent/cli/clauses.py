"""laydown clauses: which clauses each contract of the entity file carries or should carry, for a person to confirm."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli._options import json_option

if TYPE_CHECKING:
    from model.entity import Contract


@click.command("clauses", short_help="The set of clauses proposed for each contract of the entity file, and why.")
@click.option("--entity", "entity_file", type=click.Path(path_type=Path), required=True, help="TOML: the entity.")
@json_option
def command(entity_file: Path, as_json: bool) -> None:
    """Propose each contract's set of clauses from its agency, date, kind and list; a person who read it confirms.

    \b
    Example:  laydown clauses --entity entity.toml
    """
    contracts = _contracts(entity_file)
    if as_json:
        click.echo(json.dumps({"contracts": [_told(one) for one in contracts]}, sort_keys=True))
        return
    for one in contracts:
        _say(one)
    if not contracts:
        click.echo(f"{entity_file} lists no contract: add [[contract]] with number, dod, kind, date and clauses")


def _contracts(path: Path) -> "tuple[Contract, ...]":
    """The entity's contracts; Trouble naming a kind or day that is none."""
    from model.entity import parsed
    from model.trouble import Trouble, UsageTrouble
    from reporters.regimes._propose import day

    try:
        entity = parsed(path.read_bytes(), str(path))
    except OSError as fault:
        remedy = "name a readable file with --entity"
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", remedy) from None
    for one in entity.contract:
        if one.kind not in ("offer", "contract", "subcontract"):
            what = f"contract {one.number}: no such kind {one.kind!r}"
            raise Trouble(str(path), what, "write offer, contract or subcontract")
        for key in ("date", "confirmed_on"):
            if getattr(one, key) and day(getattr(one, key)) is None:
                what = f"contract {one.number}: {key} {getattr(one, key)!r} is no day"
                raise Trouble(str(path), what, "write it as 2026-11-23")
    return entity.contract


def _told(one: "Contract") -> dict[str, object]:
    import msgspec

    from reporters.regimes._propose import confirmed, proposed, unknown

    known = {"number": one.number, "kind": one.kind, "date": one.date, "agency": one.agency, "dod": one.dod}
    found = [msgspec.to_builtins(proposal) for proposal in proposed(one)]
    said = {"confirmed": confirmed(one), "confirmed_by": one.confirmed_by, "confirmed_on": one.confirmed_on}
    return known | said | {"proposals": found, "unknown": list(unknown(one))}


def _say(one: "Contract") -> None:
    from reporters._text import shown
    from reporters.regimes._propose import confirmed, proposed, unknown

    dod = {
        True: "Department of Defense",
        False: "not Department of Defense",
        None: "Department of Defense or not: open",
    }
    head = filter(None, (one.kind, one.date or "without a day", one.agency, dod[one.dod]))
    click.echo(f"{shown(one.number)}  ({shown(', '.join(head))})")
    click.echo(f"  {shown(confirmed(one))}")
    for proposal in proposed(one):
        click.echo(f"  {proposal.standing:9} {proposal.regime:20} {shown(proposal.why)}")
    for text in unknown(one):
        click.echo(f"  not known {shown(text)}: this program drafts nothing for it")

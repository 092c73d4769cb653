"""laydown disclose: show chosen devices of a report with proofs that they stand in it, and nothing of the rest; or check such a file."""

from pathlib import Path

import click

from agent.cli._options import json_option


@click.command("disclose", short_help="A minimal extract of a report that others can verify.")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.option("--device", "devices", metavar="D", multiple=True, help="An id, name, address or MAC; may be repeated.")
@click.option("--fact", "keys", metavar="KEY", multiple=True, help="Only facts of this key; may be repeated.")
@click.option("--no-addresses", is_flag=True, help="Without addresses, MACs and ids, wherever they stand.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="The extract.")
@click.option(
    "--verify", metavar="FILE", type=click.Path(path_type=Path), help="Check an extract instead; needs no DIR."
)
@click.option("--root", metavar="HEX", default="", help="With --verify: the root that was signed.")
@click.option("--statement", metavar="FILE", type=click.Path(path_type=Path), help="With --verify: root.dsse.json.")
@click.option(
    "--pub", metavar="FILE", type=click.Path(path_type=Path), help="With --statement: the signer's public key."
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path | None,
    devices: tuple[str, ...],
    keys: tuple[str, ...],
    no_addresses: bool,
    output: Path | None,
    verify: Path | None,
    root: str,
    statement: Path | None,
    pub: Path | None,
    as_json: bool,
) -> None:
    """Write what the report in DIR says of device D, each statement with its proof; or verify such a file, offline.

    \b
    Example:  laydown disclose hq-scan --device dev-123139dba9e3 -o camera.extract.json
              laydown disclose --verify camera.extract.json --statement root.dsse.json --pub site.key.pub
    """
    from model.trouble import UsageTrouble

    if verify is not None:
        if folder or devices or keys or no_addresses or output:
            raise UsageTrouble(
                "--verify", "stands with --root, --statement, --pub and --json alone", "leave the others out"
            )
        if bool(statement) != bool(pub) or (root and statement):
            raise UsageTrouble(
                "--statement", "goes with --pub, and in place of --root", "name root.dsse.json and its signer's key"
            )
        ctx.exit(_verified(verify, _signed(statement, pub) if statement and pub else root.lower(), as_json))
    if root or statement or pub:
        raise UsageTrouble("--root, --statement, --pub", "are compared with a file", "name it with --verify FILE")
    if folder is None or not devices or output is None:
        missing = "DIR" if folder is None else "--device D" if not devices else "-o FILE"
        raise UsageTrouble("disclose", f"no {missing} given", "see the example in `laydown disclose --help`")
    _write(folder, devices, keys, not no_addresses, output, as_json)


def _write(
    folder: Path, devices: tuple[str, ...], keys: tuple[str, ...], addresses: bool, output: Path, as_json: bool
) -> None:
    import json

    from agent.disclose import ROOT, Wish, extract, ground
    from agent.results import write
    from agent.words import many
    from model.extract import written

    made, withheld = extract(ground(folder), Wish(devices, keys, addresses))
    data = written(made)
    write(output, data)
    if as_json:
        told = {"extract": str(output), "root": made.root, "shown": len(made.shown), "withheld": withheld}
        click.echo(json.dumps(told, sort_keys=True))
        return
    click.echo(f"{output}: {many(len(made.shown), 'statement')}, {len(data):,} bytes")
    click.echo(f"root {made.root} (in {ROOT} of the folder: what `laydown sign` signs)")
    if withheld:
        click.echo(f"withheld, since they name what is not disclosed: {', '.join(withheld)}")


def _signed(statement: Path, pub: Path) -> str:
    """The root that the statement's signer signed."""
    from agent.signing import keys, roots
    from model.trouble import UsageTrouble

    held = {}
    for option, path in (("--statement", statement), ("--pub", pub)):
        try:
            held[option] = path.read_bytes()
        except OSError as fault:
            raise UsageTrouble(
                f"{option} {path}", f"cannot be read ({fault.strerror})", "name a readable file"
            ) from None
    return roots.read(held["--statement"], str(statement), keys.public(held["--pub"], str(pub)))


def _verified(path: Path, root: str, as_json: bool) -> int:
    import json

    from agent.exits import DONE, FAILED
    from model.extract import fault, parsed
    from model.trouble import Trouble, UsageTrouble

    try:
        found = parsed(path.read_bytes(), str(path))
    except OSError as trouble:
        raise UsageTrouble(str(path), f"cannot be read ({trouble.strerror})", "name an extract") from None
    wrong = fault(found) or ("its root is not the one that was signed" if root not in ("", found.root) else "")
    if as_json:
        told = {"holds": not wrong, "fault": wrong, "root": found.root, "root_compared": bool(root), "pack": found.pack}
        click.echo(json.dumps(told, sort_keys=True))
        return FAILED if wrong else DONE
    if wrong:
        raise Trouble(str(path), wrong, "trust nothing in it; ask its sender for the file and the signed root")
    click.echo(f"every statement stands under root {found.root}")
    unsure = "no root given: --statement and --pub, or --root, compare it with the one that was signed"
    click.echo("this is the root that was signed" if root else unsure)
    click.echo(f"judged by pack {found.pack}")
    for one in found.shown:
        click.echo("  " + _line(one.leaf.kind, one.leaf.content))
    return DONE


def _line(kind: str, content: dict[str, str]) -> str:
    from reporters._text import shown

    left = "; ".join(f"{key} {value}" for key, value in content.items() if value and key != "of")
    return shown(f"{kind}: {left}")

"""laydown rules list: every maker of a pack."""

from pathlib import Path

import click

from agent.cli._options import pack_option


@click.command("list", short_help="Every maker, with its number of rules.")
@pack_option
def command(pack: Path | None) -> None:
    """Every maker: id, rules, legal name, and whether a listing reaches it."""
    from agent.results import pack_at
    from agent.words import put

    held = pack_at(pack, proven=False)
    for stem, maker in sorted(held.makers.items()):
        mark = (
            "listed"
            if stem in held.listed
            else "affiliate"
            if stem in held.affiliates
            else "brand"
            if stem in held.brands
            else ""
        )
        put(f"{stem:24} {len(maker.rule):4}  {mark:10} {maker.name}")
    click.echo(f"{len(held.makers)} makers, {sum(len(m.rule) for m in held.makers.values())} rules, pack {held.digest}")

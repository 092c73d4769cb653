"""laydown rules check: every proof of every rule."""

import sys
from pathlib import Path

import click

from agent.cli._options import pack_option


@click.command("check", short_help="Run every proof of every rule.")
@pack_option
def command(pack: Path | None) -> None:
    """Run every proof: examples, near-misses, no rule stealing, sources, citations. Exit 1 if there is any fault."""
    from agent.results import pack_at
    from agent.words import put
    from fingerprints.check import counted, faults

    held = pack_at(pack, proven=False)
    found = faults(held)
    for fault in found:
        put(fault, err=True)
    makers = sum(counted(maker) for maker in held.makers.values())
    click.echo(
        f"{makers} hardware makers, {sum(len(m.rule) for m in held.makers.values())} rules, {len(found)} faults, pack {held.digest}"
    )
    sys.exit(1 if found else 0)

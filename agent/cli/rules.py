"""laydown rules: look at the knowledge, prove it, say whom a text names."""

import sys
from pathlib import Path

import click

from agent.cli._options import pack_option


@click.group("rules", short_help="What the program knows of makers, and the proof of each rule.")
def command() -> None:
    """What the program knows: who makes what, and the proof of each rule.

    \b
    Example:  laydown rules check
              laydown rules show huawei
              laydown rules explain http_header.server DNVRS-Webs
    """


@command.command("list", short_help="Every maker, with its number of rules.")
@pack_option
def listed(pack: Path | None) -> None:
    """Every maker: id, rules, legal name, and whether a listing reaches it."""
    from agent.results import pack_at

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
        click.echo(f"{stem:24} {len(maker.rule):4}  {mark:10} {maker.name}")
    click.echo(f"{len(held.makers)} makers, {sum(len(m.rule) for m in held.makers.values())} rules, pack {held.digest}")


@command.command("check", short_help="Run every proof of every rule.")
@pack_option
def check(pack: Path | None) -> None:
    """Run every proof: examples, near-misses, no rule stealing, sources, citations. Exit 1 if there is any fault."""
    from agent.results import pack_at
    from fingerprints.check import counted, faults

    held = pack_at(pack, proven=False)
    found = faults(held)
    for fault in found:
        click.echo(fault, err=True)
    makers = sum(counted(maker) for maker in held.makers.values())
    click.echo(
        f"{makers} hardware makers, {sum(len(m.rule) for m in held.makers.values())} rules, {len(found)} faults, pack {held.digest}"
    )
    sys.exit(1 if found else 0)


@command.command("show")
@click.argument("maker")
@pack_option
def show(maker: str, pack: Path | None) -> None:
    """One maker's file, as it stands in the pack."""
    from agent.results import pack_at
    from model.trouble import UsageTrouble

    part = pack_at(pack, proven=False).parts.get(f"rules/{maker}.toml")
    if part is None:
        raise UsageTrouble(maker, "no such maker", "see `laydown rules list`")
    click.echo(part.decode(), nl=False)


@command.command("explain", short_help="Which rules speak on a value of a fact.")
@click.argument("key")
@click.argument("value")
@pack_option
def explain(key: str, value: str, pack: Path | None) -> None:
    """Which rules speak on VALUE of fact KEY, with their grades and sources."""
    from agent.results import pack_at

    hits = pack_at(pack, proven=False).matcher.hits(key, value)
    for hit in hits:
        given = " ".join(f"{name}={text}" for name, text in hit.given.items())
        need = f" if also {hit.rule.requires}" if hit.rule.requires else ""
        click.echo(
            f"{hit.maker}/{hit.rule.id}: {hit.rule.grade} ({hit.rule.confidence}){need} {given} [{hit.rule.source}]"
        )
    if not hits:
        click.echo(f"no rule speaks on {key} = {value!r}")

"""laydown rules show: one maker's file."""

from pathlib import Path

import click

from agent.cli._options import pack_option


@click.command("show")
@click.argument("maker")
@pack_option
def command(maker: str, pack: Path | None) -> None:
    """One maker's file, as it stands in the pack."""
    from agent.results import pack_at
    from agent.words import put
    from model.trouble import UsageTrouble

    part = pack_at(pack, proven=False).parts.get(f"rules/{maker}.toml")
    if part is None:
        raise UsageTrouble(maker, "no such maker", "see `laydown rules list`")
    put(part.decode().rstrip("\n"))

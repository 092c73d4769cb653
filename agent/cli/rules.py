"""laydown rules: look at the knowledge, prove it, compare and carry it. Its subcommands are the files in _rules."""

import click

from model.folder import module, names

ROOM = "agent.cli._rules"


@click.group("rules", short_help="What the program knows of makers, the proof of each rule, packs to carry.")
def command() -> None:
    """What the program knows: who makes what, whom the law names, and the proof of each rule.

    \b
    Example:  laydown rules check
              laydown rules show huawei
              laydown rules explain hq 192.0.2.7
              laydown rules explain http_header.server DNVRS-Webs
    """


for _name in names(ROOM):
    command.add_command(module(ROOM, _name).command)

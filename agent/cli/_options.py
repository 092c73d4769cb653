"""Options that several commands share, so that they read and mean the same everywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
OUTCOMES = ("suspect", "covered", "conflict", "unknown", "unseen")

fail_on_option = click.option(
    "--fail-on", type=click.Choice(OUTCOMES), help="Exit 3 if a device or part has this outcome or a worse one."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
pack_option = click.option(
    "--pack", type=click.Path(path_type=Path), help="A pack.zip or a folder with rules/; else the pack shipped."
)


def result_option(metavar: str) -> Callable[[Decorated], Decorated]:
    """`-o`, the folder that results are written to; `metavar`: what the help calls it."""
    kind = click.Path(path_type=Path, file_okay=False)
    return click.option("-o", "--output", "folder", required=True, metavar=metavar, type=kind, help="Result folder.")

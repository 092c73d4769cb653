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
lang_option = click.option(
    "--lang",
    default="en",
    show_default=True,
    callback=lambda _ctx, _option, value: language(value),
    help="Language of the program's own words: en, es, fr. The machine's own setting is not read.",
)
pack_option = click.option(
    "--pack", type=click.Path(path_type=Path), help="A pack.zip or a folder with rules/; else the pack shipped."
)
recog_option = click.option(
    "--recog",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder of Recog's XML files as an extra pack, believed less than any rule of the pack.",
)


def language(name: str) -> str:
    """`name` if there is a catalogue for it; UsageTrouble naming those there are."""
    from model.trouble import UsageTrouble
    from reporters._catalogue import languages

    if name not in languages():
        raise UsageTrouble(f"--lang {name}", "no catalogue for this language", f"choose of: {', '.join(languages())}")
    return name


def result_option(metavar: str) -> Callable[[Decorated], Decorated]:
    """`-o`, the folder that results are written to; `metavar`: what the help calls it."""
    kind = click.Path(path_type=Path, file_okay=False)
    return click.option("-o", "--output", "folder", required=True, metavar=metavar, type=kind, help="Result folder.")

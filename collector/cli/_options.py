"""Options that several commands share, so that they read and mean the same everywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collector.place import Place

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

dir_option = click.option(
    "--dir",
    "folder",
    required=True,
    metavar="D",
    type=click.Path(path_type=Path, file_okay=False),
    help="The collector's folder.",
)
database_option = click.option(
    "--database",
    metavar="URL",
    default="",
    help="postgresql://USER@HOST/NAME; else what collector.toml says, else SQLite in D.",
)
organisation_option = click.option(
    "--organisation", default="", metavar="NAME", help="Its name or id; may be left out while there is one alone."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


def organisation_of(place: "Place", name: str) -> str:
    """The id of the organisation that is meant; UsageTrouble where that is not clear."""
    from sqlalchemy import select

    from collector.store.tables import organisation
    from model.trouble import UsageTrouble

    with place.store.system() as tx:
        known = {row.id: row.name for row in tx.execute(select(organisation.c.id, organisation.c.name))}
    meant = [one for one, called in known.items() if name in ("", one, called)]
    if len(meant) != 1:
        what = "no such organisation" if name else "several organisations are here"
        raise UsageTrouble(f"--organisation {name}".strip(), what, f"name one of: {', '.join(sorted(known.values()))}")
    return str(meant[0])

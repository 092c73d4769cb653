"""Where a secret lies that the configuration names: a file, or a credential that systemd hands to the service."""

import os
from pathlib import Path

from model.trouble import UsageTrouble

PREFIX = "credential:"


def secret_place(named: str, folder: Path, where: str) -> Path:
    """The file of `named`: `credential:NAME` in $CREDENTIALS_DIRECTORY, else a path relative to `folder`. The secret itself is not read."""
    if not named.startswith(PREFIX):
        return folder / Path(named).expanduser()
    name = named.removeprefix(PREFIX)
    given = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if not name or "/" in name or name in (".", ".."):
        raise UsageTrouble(where, f"{named[:60]!r} names no credential", 'write "credential:NAME"')
    if not given:
        remedy = f"start as a systemd service with LoadCredential={name}:/FILE, or name a file"
        raise UsageTrouble(where, f"{named!r}, but no credentials were handed to this process", remedy)
    return Path(given) / name

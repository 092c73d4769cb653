"""Passphrases and PINs out of files, or asked for on a terminal: never an argument, never printed."""

import sys
from pathlib import Path

from model.trouble import UsageTrouble


def first_line(path: Path | None) -> bytes | None:
    """The first line of `path` without its end; None where no file was named."""
    if path is None:
        return None
    try:
        line = path.read_bytes().split(b"\n", 1)[0].rstrip(b"\r")
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "name a readable file") from None
    if not line:
        raise UsageTrouble(str(path), "its first line is empty", "write the secret there")
    return line


def asked(path: Path | None, what: str, option: str) -> bytes | None:
    """The secret of `path`, or what a person types on the terminal, nothing being shown; None without either."""
    import click

    if path is not None or not sys.stdin.isatty():
        return first_line(path)
    typed: str = click.prompt(
        f"{what} (or name a file with {option})", hide_input=True, default="", show_default=False, err=True
    )
    return typed.encode() or None

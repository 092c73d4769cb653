"""Passphrases and PINs out of files: never an argument, never printed."""

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

"""Files that are written together: all of them, or none."""

import contextlib
from pathlib import Path

from model.trouble import Trouble


def together(files: dict[Path, bytes]) -> None:
    """All files, or none: each is whole beside its place before the first takes it."""
    parts = {path: path.with_name(path.name + ".part") for path in files}
    placed: list[Path] = []
    try:
        for path, data in files.items():
            parts[path].write_bytes(data)
        for path, part in parts.items():
            part.replace(path)
            placed.append(path)
    except OSError as fault:
        for one in (*parts.values(), *placed):
            with contextlib.suppress(OSError):
                one.unlink(missing_ok=True)
        where = str(fault.filename or next(iter(files)))
        raise Trouble(
            where, f"cannot be written ({fault.strerror})", "free space or choose another -o; nothing was written"
        ) from None

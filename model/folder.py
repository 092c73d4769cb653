"""A folder is a registry: every module in it is found by being there; one that cannot be imported stops the program by name."""

import importlib
import pkgutil
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from model.trouble import Trouble


def names(package: str) -> list[str]:
    """Names of the modules and packages in `package`, sorted, private ones (`_x`) left out. Nothing of them is imported."""
    places = tuple(importlib.import_module(package).__path__)
    return list(_names(places, tuple(map(_changed, places))))


@lru_cache(maxsize=64)  # readers ask for every dialogue; a folder is listed again when it was changed
def _names(places: tuple[str, ...], _changed: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(sorted(found.name for found in pkgutil.iter_modules(places) if not found.name.startswith("_")))


def _changed(place: str) -> int:
    """When a folder was last changed, in nanoseconds; 0 for one inside an archive, which does not change."""
    try:
        return Path(place).stat().st_mtime_ns
    except OSError:
        return 0


def module(package: str, name: str) -> ModuleType:
    """The module `package.name`; Trouble naming the file if it is not there or fails to import."""
    known = names(package)
    if name not in known:
        raise Trouble(name, f"no such {package.rsplit('.', 1)[-1].rstrip('s')}", f"choose one of: {', '.join(known)}")
    try:
        return importlib.import_module(f"{package}.{name}")
    except Exception as fault:
        path = f"{package.replace('.', '/')}/{name}.py"
        raise Trouble(path, f"cannot be loaded ({type(fault).__name__}: {fault})", "mend or remove the file") from fault


def modules(package: str) -> dict[str, ModuleType]:
    """All modules of `package` by name."""
    return {name: module(package, name) for name in names(package)}

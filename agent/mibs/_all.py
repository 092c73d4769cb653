"""All MIBs of the folder together: what to ask for, and the facts of a walk."""

from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType

from agent.decode.walk import Walk
from model import folder
from model.claims import Fact

PACKAGE = "agent.mibs"


def mibs() -> tuple[ModuleType, ...]:
    """The modules of the folder by name; a file added since is found."""
    return _mibs(tuple(folder.names(PACKAGE)))


@lru_cache(maxsize=4)
def _mibs(names: tuple[str, ...]) -> tuple[ModuleType, ...]:
    return tuple(folder.module(PACKAGE, name) for name in names)


def scalars() -> tuple[str, ...]:
    """Every scalar (`….0`) that a MIB reads, once, in the modules' order."""
    return tuple(dict.fromkeys(oid for mib in mibs() for oid in mib.SCALARS))


def roots() -> tuple[str, ...]:
    """Every column that a MIB reads, once, in the modules' order."""
    return tuple(dict.fromkeys(oid for mib in mibs() for oid in mib.ROOTS))


def branches() -> tuple[str, ...]:
    """What is never asked for and read where a file holds it: a module's BRANCHES."""
    return tuple(dict.fromkeys(branch for mib in mibs() for branch in getattr(mib, "BRANCHES", ())))


def limit(root: str, default: int = 20_000) -> int:
    """How many rows of `root` are asked for at most: the module's ROWS, else `default`."""
    return max((int(getattr(mib, "ROWS", default)) for mib in mibs() if root in mib.ROOTS), default=default)


def step(root: str, default: int) -> int:
    """How many rows of `root` one request may ask for: the module's STEP where secrets stand behind it, else `default`."""
    return min((getattr(mib, "STEP", {}).get(root, default) for mib in mibs() if root in mib.ROOTS), default=default)


def needless(root: str) -> tuple[str, ...]:
    """Columns that hold what `root` holds in a newer form (the module's UNLESS): one row of them spares it."""
    return tuple(newer for mib in mibs() for newer in getattr(mib, "UNLESS", {}).get(root, ()))


def fits(oid: str, enterprise: int | None) -> bool:
    """Whether a box whose sysObjectID stands under `enterprise` is asked for a column or scalar: ENTERPRISES of its MIBs.

    That is a tuple of numbers for the whole MIB, or {object: numbers}; without it everybody is asked.
    """
    gates = [_gate(mib, oid) for mib in mibs() if oid in mib.ROOTS or oid in mib.SCALARS]
    return any(not gate or enterprise in gate for gate in gates)


def _gate(mib: ModuleType, oid: str) -> tuple[int, ...]:
    gate = getattr(mib, "ENTERPRISES", ())
    found: tuple[int, ...] = gate.get(oid, ()) if isinstance(gate, dict) else gate
    return found


def facts(walk: Walk) -> Iterator[Fact]:
    """What all MIBs read in one device's walk."""
    for mib in mibs():
        yield from mib.read(walk, walk.evidence_of)

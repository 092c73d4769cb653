"""What a pure floor may not do, found in the source: clock, network, chance, environment, disk."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

MODULES = """
    asyncio glob http multiprocessing os random secrets select selectors shutil signal socket ssl subprocess tempfile
    threading time urllib.request uuid aiohttp httpx pyroute2 requests scapy stamina structlog zeroconf
""".split()
CLOCK = frozenset({"now", "utcnow", "today"})
WRITES = frozenset({"write_text", "write_bytes", "unlink", "mkdir", "rename", "touch"})
# Reading is for a pack or template that lies beside the code, and such code names its place by importlib.resources.
READS = frozenset({"read_text", "read_bytes", "iterdir", "open"})


def sins(source: str) -> Iterator[str]:
    """Each forbidden thing in one file's source, as `line: what`."""
    tree = ast.parse(source)
    names = list(imported(tree))
    resources = any(name.startswith("importlib.resources") for _, name in names)
    for line, name in names:
        if any(name == module or name.startswith(f"{module}.") for module in MODULES):
            yield f"{line}: imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "input"):
            yield f"{node.lineno}: {node.func.id}()"
        if isinstance(node, ast.Attribute) and node.attr in CLOCK | WRITES | (frozenset() if resources else READS):
            yield f"{node.lineno}: .{node.attr}"


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that the source imports, wherever it does so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def files(root: Path, floors: tuple[str, ...]) -> list[Path]:
    """The source files of the floors, each a package or one module below `root`."""
    found: list[Path] = []
    for floor in floors:
        place = root / floor
        found += sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    return found

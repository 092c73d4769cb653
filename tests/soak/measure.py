"""What a process holds: memory, open files, threads, children; and whether it grew beyond bounds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

MEMORY = 48_000  # KB that the later half's least may lie above the first's: caches, and what the allocator keeps


class Size(NamedTuple):
    """`memory` in KB, resident."""

    memory: int
    files: int
    threads: int
    children: int


def size(pid: int = 0) -> Size:
    """Of a process, this one if not said."""
    proc = Path(f"/proc/{pid or os.getpid()}")
    told = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines() if ":" in line)
    children = "".join(path.read_text() for path in proc.glob("task/*/children")).split()
    files = sum(1 for _ in (proc / "fd").iterdir())
    return Size(int(told["VmRSS"].split()[0]), files, int(told["Threads"]), len(children))


def grown(what: str, sizes: Sequence[Size]) -> Iterator[str]:
    """Complaints where the later half holds more than the first half did."""
    middle = max(1, len(sizes) // 2)
    first, later = sizes[:middle], sizes[middle:]
    for name in Size._fields:
        least_or_most = min if name == "memory" else max  # memory swings from scan to scan; a leak lifts its floor
        before, after = (least_or_most(getattr(one, name) for one in half) for half in (first, later))
        if after > before + (MEMORY if name == "memory" else 0):
            yield f"{what}: {name} grew from {before:,} to {after:,} in {len(sizes)} measurements"

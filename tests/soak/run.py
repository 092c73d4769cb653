"""`make soak`: scans and a listening, half of the time each. `python tests/soak/run.py [MINUTES]`. Exit 1 if anything grew."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DISK = 1.05  # times the bytes of a scan into a new folder that one into the same folder may add
HEARD = 200_000  # bytes that repeated frames may take, however long they are heard


def main(words: list[str]) -> int:
    from tests.soak import ears

    seconds = float(words[0]) * 60 if words else 600
    with tempfile.TemporaryDirectory(prefix="laydown-soak-") as room:
        found = list(scanned(Path(room) / "scans", seconds / 2, 4))
        found += heard(Path(room) / "heard", seconds / 2, max(1, seconds / 100)) if ears.possible() else []
    print("\n".join(found) or "nothing grew, results stayed equal")
    return 1 if found else 0


def scanned(room: Path, seconds: float, least: int) -> Iterator[str]:
    """Complaints about scans again and again."""
    from tests.soak.measure import grown
    from tests.soak.scans import scans

    room.mkdir()
    turns = list(scans(room, seconds, least))
    for name in ("same", "new"):
        mine = [turn for kind, turn in turns if kind == name]
        print(
            f"{len(mine)} scans into {name}: {mine[0].size} ... {mine[-1].size}; {mine[0].disk:,} ... {mine[-1].disk:,} bytes"
        )
        yield from grown(f"scans into {name}", [turn.size for turn in mine[1:]])  # the first one imports
        if any(turn.found != mine[0].found for turn in mine):
            yield f"scans into {name}: verdicts differ"
        if max(turn.disk for turn in mine) > mine[0].disk * DISK:
            yield f"scans into {name}: disk grew from {mine[0].disk:,} to {max(turn.disk for turn in mine):,} bytes a scan"


def heard(folder: Path, seconds: float, pause: float) -> Iterator[str]:
    """Complaints about listening to the same frames."""
    from tests.soak.ears import listened
    from tests.soak.measure import grown

    made = listened(folder, seconds, pause)
    print(
        f"listened {seconds:.0f} s: {made.program[0]} ... {made.program[-1]}; wire {made.wire[-1]}; {made.disk:,} bytes"
    )
    yield from grown("listen", made.program)
    yield from grown("wire process", made.wire)
    if made.disk > HEARD:
        yield f"listen: {made.disk:,} bytes of the same three frames"
    if made.code not in (0, 4) or len(made.found) < 3:
        yield f"listen: exit {made.code}, {len(made.found)} findings"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))

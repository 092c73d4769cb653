"""`make faults`: every fault again and again at seeded random moments. `python tests/faults/run.py [ROUNDS] [SEED] [FAULT...]`.

A round is each fault once; round N of seed S is the same everywhere, but for what the machine's own pace changes. What was found is
printed with the command that repeats it, and its folder stays in .make/faults. Exit 1 if anything was found.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".make" / "faults"


def main(words: list[str]) -> int:
    from tests.faults import cable, rounds
    from tests.faults.ground import lab

    numbers = [int(word) for word in words if word.isdigit()]
    every = [*rounds.FAULTS, *(cable.FAULTS if cable.possible() else ())]
    wanted = [word for word in words if not word.isdigit()] or every
    if unknown := sorted(set(wanted) - set(every)):
        print(f"make faults: no fault {unknown[0]!r} here: choose from {', '.join(every)}", file=sys.stderr)
        return 2
    times, seed = (numbers + [3, 1][len(numbers) :])[:2]
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    began = time.monotonic()
    with lab(HOME / "lab") as ground:
        like = undisturbed(ground, HOME)
        found = sum(bool(turn.complaints) for turn in turns(ground, like, HOME, wanted, range(seed, seed + times)))
    print(f"{times * len(wanted)} faults in {time.monotonic() - began:.0f} s, {found or 'none'} with complaints")
    return 1 if found else 0


def undisturbed(ground, home: Path) -> Path:  # type: ignore[no-untyped-def]
    """A scan without any fault, which the others are compared with; how long it takes is where moments are chosen from."""
    from tests.faults import checks

    like = home / "like"
    began = time.monotonic()
    done = ground.run(*ground.scan(like))
    ground.whole = time.monotonic() - began
    assert not list(checks.spoken(done, checks.JUDGED)), done.err
    return like


def turns(ground, like: Path, home: Path, wanted: Iterable[str], seeds: Iterable[int]) -> Iterator:  # type: ignore[no-untyped-def,type-arg]
    """Every fault with every seed, told as it ends; the folder of one without complaints is removed."""
    from tests.faults import cable, rounds

    for seed in seeds:
        for name in wanted:
            folder = home / f"{name}-{seed}"
            folder.mkdir()
            turn = rounds.Round(ground, Random(f"{name} {seed}"), folder, like)
            (rounds.FAULTS.get(name) or cable.FAULTS[name])(turn)
            print(f"{name} {seed} ({turn.told}): {'; '.join(turn.complaints) or 'held'}", flush=True)
            if turn.complaints:
                print(f"  again: {sys.executable} {__file__} 1 {seed} {name}")
            else:
                shutil.rmtree(folder)
            yield turn


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))

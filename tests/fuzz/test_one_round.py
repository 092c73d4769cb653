"""One short round of the fuzz campaign: recorded answers, bent; the same ones every time, so that a failure comes again."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from tests.fuzz.targets import LONGEST, SLOW, Target, seeds, targets

TARGETS = targets()
ROUNDS = 200  # bent inputs a target
PIECES = (
    b"",
    b"\0",
    b"\xff" * 9,
    b"<" * 200,
    b"{" * 5000,
    b"\x30\x84\x7f\xff\xff\xff",
    b"\xc0\x0c" * 40,
    b"A" * 70_000,
    b"\n" * 3000,
)


def bent(name: str) -> Iterator[bytes]:
    """Truncated, flipped, doubled, spliced inputs; then pure noise."""
    dice = random.Random(name)
    known = [*seeds(name), b"", *PIECES]
    for _ in range(ROUNDS):
        data = bytearray(dice.choice(known))
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(data) + 1)
            match dice.randrange(6):
                case 0:
                    del data[at:]
                case 1 if data:
                    data[min(at, len(data) - 1)] ^= 1 << dice.randrange(8)
                case 2:
                    data[at:at] = dice.choice(PIECES)
                case 3:
                    data[at:at] = data[: dice.randrange(200)]
                case 4:
                    data[at : at + dice.randrange(50)] = dice.randbytes(dice.randrange(20))
                case _:
                    data[at:at] = dice.choice(known)[:500]
        yield bytes(data[:LONGEST])


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_breaks_or_holds_up_a_reader(name: str) -> None:
    target: Target = TARGETS[name]
    for number, data in enumerate(bent(name)):
        began = time.process_time()
        try:
            target(data)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is the finding
            pytest.fail(f"input {number} ({data[:60]!r}...): {type(fault).__name__}: {fault}")
        assert time.process_time() - began < SLOW, f"input {number} of {len(data)} bytes"


def test_every_kind_of_reader_is_a_target() -> None:
    kinds = {name.split("/")[0] for name in TARGETS}
    assert kinds == {"probe", "import", "decode", "frame", "page"} and len(TARGETS) > 60

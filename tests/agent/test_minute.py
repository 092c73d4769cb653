"""The minute between two questions to all, kept by the machine: who may ask when, and a file that anybody may have written to."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import pytest

from agent.minute import LARGEST, Minute

KEY = ("37020", "239.255.255.250", "eth0")


class Clock:
    """Seconds since the machine started, as a test wants them."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "asked"


def test_another_run_waits_for_the_rest_of_the_minute(path: Path, clock: Clock) -> None:
    first = Minute(path, clock)
    assert first.wait(*KEY) == first.wait(*KEY) == first.claim(*KEY) == 0, "looking is not asking"
    clock.now += 10
    other = Minute(path, clock)
    assert (
        other.wait(*KEY) == other.claim(*KEY) == pytest.approx(50)
        and other.lately({"eth0"})
        and not other.lately({"eth1"})
    )
    assert (
        other.claim("1900", *KEY[1:])
        == other.claim(KEY[0], "224.0.0.251", "eth0")
        == other.claim(*KEY[:2], "eth1")
        == 0
    )
    clock.now += 50
    assert other.claim(*KEY) == 0 and Minute(path, clock).claim(*KEY) == 60


def test_links_of_another_network_are_other_links(path: Path, clock: Clock) -> None:
    one, other = Minute(path, clock), Minute(path, clock)
    other._space = "another"
    assert one.claim(*KEY) == other.claim(*KEY) == 0 and other.claim(*KEY) == 60


def test_what_others_wrote_holds_nobody_up(path: Path, clock: Clock) -> None:
    """A time to come, nonsense, and more than is ever read."""
    own = Minute(path, clock)
    own.claim(*KEY)
    name = path.read_text().partition(" ")[2]
    for text in (f"99999 {name}", f"nan {name}", "\0\xff\n\n1 2\n", "a b c d e\n" * 9, "x" * 3 * LARGEST):
        path.write_text(text)
        assert own.claim(*KEY) == 0, text[:40]
    assert path.stat().st_size < LARGEST
    assert path.stat().st_mode & 0o777 == 0o666


def test_where_it_cannot_be_kept_nothing_is_waited_for(path: Path, clock: Clock, tmp_path: Path) -> None:
    """A link in its place is not followed, and a lock that somebody keeps is not waited for."""
    (tmp_path / "mine").write_text("precious")
    path.symlink_to(tmp_path / "mine")
    assert Minute(path, clock).claim(*KEY) == Minute(tmp_path, clock).claim(*KEY) == 0
    assert Minute(tmp_path / "no" / "folder", clock).claim(*KEY) == 0
    assert (tmp_path / "mine").read_text() == "precious"
    path.unlink()
    Minute(path, clock).claim(*KEY)
    with path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.monotonic()
        assert Minute(path, clock).claim(*KEY) == 0
        assert time.monotonic() - began < 2
    path.unlink()
    os.mkfifo(path)
    assert Minute(path, clock).claim(*KEY) == 0

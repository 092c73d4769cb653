"""One short seeded round of faults; every kind of fault that a few seconds allow, and the checks are able to complain."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.results import REPORT
from agent.spool import FILE
from tests.faults import checks
from tests.faults.ground import Done, Ground, lab
from tests.faults.run import turns, undisturbed

SHORT = ("kill", "full-disk", "flipped", "together", "other-evidence")
pytestmark = [pytest.mark.namespaces, pytest.mark.needs("userns"), pytest.mark.xdist_group("faults")]
Stand = tuple[Ground, Path, Path]


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    home = tmp_path_factory.mktemp("faults")
    with lab(home / "lab") as ground:
        yield ground, undisturbed(ground, home), home


@pytest.mark.parametrize("name", SHORT)
def test_what_must_hold_holds(stand: Stand, name: str) -> None:
    ground, like, home = stand
    (turn,) = turns(ground, like, home, [name], [1])
    assert turn.complaints == [], turn.told


@pytest.mark.needs("root", "ip")
def test_a_wire_process_that_is_killed(stand: Stand) -> None:
    ground, like, home = stand
    (turn,) = turns(ground, like, home, ["listen-wire-killed"], [1])
    assert turn.complaints == [], turn.told


def test_the_checks_complain(stand: Stand, tmp_path: Path) -> None:
    _, like, _ = stand
    shutil.copytree(like, tmp_path / "out")
    path = tmp_path / "out" / FILE
    path.write_bytes(b"\n".join(path.read_bytes().splitlines()[1:]) + b"\n")
    assert list(checks.kept(checks.lines(like), tmp_path / "out")) != []
    (tmp_path / "out" / REPORT).write_bytes(b'{"schema"')
    assert list(checks.whole(tmp_path / "out", None)) != []
    assert list(checks.spoken(Done(1, "", "Traceback (most recent call last)\n"), {1})) != []
    assert list(checks.spoken(Done(1, "", "laydown: x: no remedy\n"), {1})) != []
    assert not list(checks.spoken(Done(1, "", "laydown: x: is so: do this\n"), {1}))

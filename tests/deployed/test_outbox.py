"""The spool's own promises, in one process: bound, order, sweep, damage; and parcels that are the same bytes each time."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from agent import clock
from agent.deployed.home import Home
from agent.deployed.outbox import Full, Outbox, Waiting
from agent.deployed.parcel import about_file, held, packed, sealed_again
from agent.deployed.store import FILE, Store
from model.keys import keyid
from model.parcel import About
from model.trouble import Trouble
from tests.deployed.desk import contents
from tests.model.test_keys import fresh

ABOUT = About("a", "hq", "", "", "", "", "", "sha256:r", "summary", "o", "R. Roe")
ROW = Waiting("", "o", "sha256:r", "summary", "R. Roe", "/f", 0, False, "waiting", "", "2026-11-23T00:00:00.000000Z")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "state")


@pytest.fixture
def outbox(home: Home) -> Outbox:
    return Outbox(home, Store(home.root), 1)


def put(outbox: Outbox, home: Home, number: int, size: int = 300_000) -> str:
    made = home.parcels / f"{number}.part"
    made.write_bytes(os.urandom(size))
    name = f"sha256:{number:064x}"
    outbox.put(
        made,
        msgspec.structs.replace(
            ROW, digest=name, size=size, report=f"sha256:{number}", put_at=f"2026-11-23T00:00:{number:02}.000000Z"
        ),
    )
    return name


def test_the_oldest_leaves_first_and_none_is_dropped(outbox: Outbox, home: Home) -> None:
    names = [put(outbox, home, number) for number in (3, 1, 2)]
    with pytest.raises(Full, match=r"3 parcels of 0\.9 MB wait"):
        put(outbox, home, 4)
    assert [one.digest for one in outbox.of()] == sorted(names)
    assert {path.stem for path in home.parcels.iterdir()} == {name[7:] for name in names}


def test_what_is_set_aside_counts_and_comes_back_when_pushed_again(outbox: Outbox, home: Home) -> None:
    name = put(outbox, home, 1)
    outbox.aside(name, "marking")
    assert outbox.usage() == (1, 300_000) and outbox.of() == []
    put(outbox, home, 1)
    assert [one.state for one in outbox.of()] == ["waiting"]


def test_what_was_dated_ahead_is_tried_again_a_day_later(
    outbox: Outbox, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, why in ((1, "future: ahead"), (2, "marking: no")):
        outbox.aside(put(outbox, home, number), why)
    outbox.ripened()
    assert outbox.of() == []
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    outbox.ripened()
    assert [one.digest for one in outbox.of()] == [f"sha256:{1:064x}"]


def test_the_sweep_takes_what_a_kill_left_and_nothing_else(outbox: Outbox, home: Home) -> None:
    name = put(outbox, home, 1)
    old, new = home.parcels / "old.part", home.parcels / "new.part"
    for path in (old, new):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    os.utime(outbox.path(name), (0, 0))
    outbox.swept()
    assert {path.name for path in home.parcels.iterdir()} == {"new.part", outbox.path(name).name}


@pytest.mark.parametrize("damage", ["garbage", "folder", "newer"])
def test_a_memory_that_is_none_is_one_line(home: Home, damage: str) -> None:
    path = home.root / FILE
    if damage == "garbage":
        path.write_bytes(b"this is no database at all, but long enough to be taken for one" * 40)
    elif damage == "folder":
        path.mkdir()
    else:
        store = Store(home.root)
        store.rows("PRAGMA user_version = 99")
        store.close()
    with pytest.raises(Trouble) as fault:
        Store(home.root)
    assert str(path) in str(fault.value) and "\n" not in str(fault.value)


def test_a_transaction_is_all_or_nothing(home: Home) -> None:
    store = Store(home.root)
    store.keep(a="1", b="2")
    with pytest.raises(ZeroDivisionError), store.writing():
        store.rows("DELETE FROM known")
        raise ZeroDivisionError
    assert (store.recall("a"), store.recall("b"), store.recall("c", "none")) == ("1", "2", "none")
    store.keep(a="")
    assert store.recall("a") == ""


def test_killed_in_the_midst_of_a_put_the_spool_still_opens(home: Home) -> None:
    """kill -9 between the file and its row: the file is an orphan, and the next put of it is taken."""
    code = (
        "import os,sys\nfrom pathlib import Path\nfrom tests.deployed.test_outbox import *\n"
        "home=Home(Path(sys.argv[1]))\nbox=Outbox(home, Store(home.root), 1)\n"
        "box._insert=lambda parcel: os.kill(os.getpid(), 9)\nput(box, home, 1)\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code, str(home.root)], cwd=root, timeout=60)
    assert done.returncode == -9
    outbox = Outbox(home, Store(home.root), 1)
    assert outbox.of() == [] and outbox.path(f"sha256:{1:064x}").exists()
    put(outbox, home, 1)
    assert len(outbox.of()) == 1


def test_the_same_parts_are_the_same_bytes_and_a_newer_key_another_statement_alone(tmp_path: Path) -> None:
    key, newer = fresh("ed25519"), fresh("ed25519")
    parts = [held("summary.json", b"{}" * 4000)]
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    assert packed(ABOUT, parts, key, one) == packed(ABOUT, parts, key, two)
    assert one.read_bytes() == two.read_bytes() and one.stat().st_mode & 0o777 == 0o600
    sealed_again(one, {"agent": "b"}, newer, three)
    about, members = contents(three.read_bytes(), newer.public_key())
    assert about == msgspec.structs.replace(ABOUT, agent="b") and members == {"summary.json": b"{}" * 4000}
    assert about_file(three)[0] == about and keyid(newer.public_key()) != keyid(key.public_key())
    with pytest.raises(Trouble, match="no parcel"):
        one.write_bytes(one.read_bytes()[:100])
        sealed_again(one, {}, newer, two)

"""Evidence on disk is judged a dialogue at a time: whatever the order of the lines, with doubles and damage, spilled or not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from agent.dialogues import dialogues
from agent.readers import readers
from agent.room import DiskRoom
from agent.spool import FILE, Spool, read
from fingerprints.assess import assess, assessed
from fingerprints.assess import dialogues as grouped
from fingerprints.pack import load
from fingerprints.room import Room
from model.claims import Fact
from model.evidence import Evidence, Observation, line, observed
from model.trouble import Trouble
from reporters.json import render
from tests.bench.large import evidence as large
from tests.fingerprints.test_invariance import EVIDENCE

PACK = load()
EXPECTED = render(assess(EVIDENCE, readers(), PACK, "test"))
SMALL = 2048  # octets held before a run goes to disk: a dozen lines


def written(folder: Path, lines: list[bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_bytes(b"".join(lines))
    return folder


def judged(folder: Path, room: Room, told: list[str]) -> bytes:
    return render(assessed(dialogues(folder, room, told.append), readers(), PACK, "test", room))


@pytest.mark.parametrize("run", [SMALL, 48 << 20])
@pytest.mark.parametrize("seed", range(3))
def test_any_order_with_doubles_is_the_same_report_spilled_or_not(tmp_path: Path, run: int, seed: int) -> None:
    lines = [line(one) + b"\n" for one in EVIDENCE]
    chance = random.Random(seed)
    lines += chance.choices(lines, k=10)
    chance.shuffle(lines)
    told: list[str] = []
    assert judged(written(tmp_path, lines), DiskRoom(tmp_path, run), told) == EXPECTED
    assert told == [] and [path.name for path in tmp_path.iterdir()] == [FILE], "what was laid aside had no name"


def test_each_dialogue_comes_once_and_whole(tmp_path: Path) -> None:
    pieces = [one for _, one in zip(range(3000), large(), strict=False)]
    random.Random(1).shuffle(pieces)
    found = list(
        dialogues(written(tmp_path, [line(one) + b"\n" for one in pieces]), DiskRoom(tmp_path, SMALL), pytest.fail)
    )
    ordered = sorted(pieces, key=lambda one: one.id)
    wanted = grouped(ordered) + [[one] for one in ordered if one.observation.probe == "run"]
    assert sorted([one.id for one in group] for group in found) == sorted([one.id for one in group] for group in wanted)


def test_damage_is_named_by_line_and_costs_itself_alone(tmp_path: Path) -> None:
    lines = [line(one) + b"\n" for one in EVIDENCE]
    broken = lines[3].replace(b'"step":0', b'"step":7')
    damaged = [*lines, b"\n", b"no line at all\n", broken, b'{"id":7}\n', lines[5][:40]]
    told: list[str] = []
    assert judged(written(tmp_path, damaged), DiskRoom(tmp_path, SMALL), told) == EXPECTED
    numbers = sorted(int(text.split(":")[1]) for text in told)
    assert numbers == [len(lines) + 2, len(lines) + 3, len(lines) + 4, len(lines) + 5]
    assert any("half a line" in text for text in told)
    by_reading: list[str] = []
    assert [one.id for one in read(tmp_path, by_reading.append)] == [one.id for one in EVIDENCE]
    assert sorted(by_reading) == sorted(told), "both ways of reading say the same"


def test_a_good_double_of_a_damaged_line_is_used(tmp_path: Path) -> None:
    lines = [line(one) + b"\n" for one in EVIDENCE]
    damaged = [lines[0].replace(b'"observation"', b'"observation" ', 1).replace(b'"v":1', b'"v":2'), *lines]
    told: list[str] = []
    assert judged(written(tmp_path, damaged), DiskRoom(tmp_path, SMALL), told) == EXPECTED and len(told) == 1


def test_large_bodies_come_from_beside_the_lines(tmp_path: Path) -> None:
    body = b"HTTP/1.1 200 OK\r\nServer: DNVRS-Webs\r\n\r\n" + b"x" * 10_000
    one = observed(
        Observation("http", "desk/eth0", "10.0.0.1", "GET /", "answered", "2026-11-01T10:00:00.000000Z"), body
    )
    with Spool(tmp_path) as spool:
        spool.write(one)
    assert [list(group) for group in dialogues(tmp_path, Room(), pytest.fail)] == [[one]]
    (tmp_path / "bodies" / one.observation.answer.sha256[:2] / one.observation.answer.sha256).unlink()  # type: ignore[union-attr]
    told: list[str] = []
    assert list(dialogues(tmp_path, Room(), told.append)) == [] and "its body" in told[0]


def test_no_spool_is_trouble(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=FILE):
        list(dialogues(tmp_path, Room(), pytest.fail))


@pytest.mark.parametrize("run", [64, 1 << 20])
def test_a_room_on_disk_is_a_room(tmp_path: Path, run: int) -> None:
    chance = random.Random(run)
    lines = [b"%d" % chance.randrange(10**6) for _ in range(500)]
    facts = [[Fact(f"e{n % 3}", "self", "k", f"v\n\0{n}") for n in range(chance.randrange(9))] for _ in range(200)]
    room = DiskRoom(tmp_path, run)
    sorter, shelf = room.sorter(), room.shelf()
    for text in lines:
        sorter.add(text)
    numbers = [shelf.put(some) for some in facts]
    assert list(sorter) == sorted(lines)
    assert [shelf.get(number) for number in reversed(numbers)] == facts[::-1]
    assert shelf.get(shelf.put(facts[0])) == facts[0], "after the first look more may be put"


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    sorter = DiskRoom(tmp_path / "gone", 64).sorter()
    with pytest.raises(Trouble, match="gone"):
        for number in range(100):
            sorter.add(b"%d" % number)


def test_the_made_up_site_of_the_bench_is_what_it_says() -> None:
    """50 pieces a host, of which the readers make devices."""
    pieces: list[Evidence] = [one for _, one in zip(range(2600), large(), strict=False)]
    found = assess(pieces, readers(), PACK, "test")
    assert found.faults == () and {"covered", "clear", "unknown"} <= {one.outcome for one in found.findings}
    sweeps = [place for place, one in enumerate(pieces) if one.observation.probe == "arp_sweep"]
    assert 45 <= (sweeps[1] - sweeps[0]) / 50 <= 55

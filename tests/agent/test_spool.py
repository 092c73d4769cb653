"""Evidence on disk survives kills, damage and a full disk; what is good is always kept."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.spool import FILE, Spool, read
from model.evidence import Evidence, Observation, observed
from model.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]


def piece(number: int, body: bytes | None = b"hello") -> Evidence:
    return observed(
        Observation("test", "here/lo", f"10.0.0.{number}", "q", "answered", "2026-11-23T18:19:06.000001Z"), body
    )


def write(folder: Path, *pieces: Evidence) -> None:
    with Spool(folder) as spool:
        for one in pieces:
            spool.write(one)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    pieces = [piece(1), piece(2, None), piece(3, b""), piece(4, b"\x00" * 4_096), piece(5, b"\xff" * 4_097)]
    write(tmp_path, *pieces)
    assert list(read(tmp_path)) == pieces
    sha = pieces[4].observation.answer.sha256  # type: ignore[union-attr]
    assert (tmp_path / "bodies" / sha[:2] / sha).read_bytes() == b"\xff" * 4_097
    assert [path.name for path in (tmp_path / "bodies").rglob("*") if path.is_file()] == [sha]


def test_doubles_are_written_once_also_by_a_later_run(tmp_path: Path) -> None:
    write(tmp_path, piece(1), piece(1))
    write(tmp_path, piece(1), piece(2))
    assert len((tmp_path / FILE).read_bytes().splitlines()) == 2


def test_doubles_in_the_file_are_read_once(tmp_path: Path) -> None:
    write(tmp_path, piece(1))
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes() * 3)
    assert list(read(tmp_path)) == [piece(1)]


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_half_line_is_cut_off_with_a_notice(tmp_path: Path, cut: int) -> None:
    write(tmp_path, piece(1), piece(2))
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes()[:-cut])
    told: list[str] = []
    with Spool(tmp_path, told.append) as spool:
        spool.write(piece(2))
        spool.write(piece(3))
    assert len(told) == 1
    assert "half a line" in told[0] or "half line" in told[0]
    assert list(read(tmp_path)) == [piece(1), piece(2), piece(3)]


def test_reading_only_leaves_a_half_line_out_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, piece(1), piece(2))
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes()[:-30])
    before, told = path.read_bytes(), []
    assert list(read(tmp_path, told.append)) == [piece(1)]  # type: ignore[arg-type]
    assert "evidence.jsonl:2" in told[0]
    assert path.read_bytes() == before


def test_bad_lines_are_told_by_number_and_good_ones_kept(tmp_path: Path) -> None:
    write(tmp_path, piece(1), piece(2), piece(3), piece(4, b"x" * 5_000), piece(5))
    path = tmp_path / FILE
    lines = path.read_bytes().splitlines()
    lines[1] = b"not json"
    lines[2] = lines[2].replace(b"10.0.0.3", b"10.0.0.9")
    next(path for path in (tmp_path / "bodies").rglob("*") if path.is_file()).write_bytes(b"y" * 5_000)
    path.write_bytes(b"\n".join(lines) + b"\n")
    told: list[str] = []
    assert list(read(tmp_path, told.append)) == [piece(1), piece(5)]
    assert [number for number in range(1, 7) if any(f"evidence.jsonl:{number}:" in text for text in told)] == [2, 3, 4]


def test_a_missing_spool_is_trouble_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"evidence\.jsonl: No such file"):
        list(read(tmp_path))


def test_a_folder_that_is_a_file_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(Trouble, match="taken"):
        Spool(tmp_path / "taken")


FULL = """
import sys
from pathlib import Path
from agent.spool import Spool
from tests.agent.test_spool import piece
with Spool(Path(sys.argv[1])) as spool:
    for number in range(100_000):
        spool.write(piece(number % 250, b"%d" % number * 50))
"""


@pytest.mark.needs("userns")
@pytest.mark.parametrize("size", ["64k"])
def test_a_full_disk_is_told_in_one_line_and_keeps_what_is_good(tmp_path: Path, size: str) -> None:
    script = f"""
    mount -t tmpfs -o size={size} tmpfs {tmp_path} && {sys.executable} -c "$1" {tmp_path}/run 2> /dev/shm/err-$$
    cat /dev/shm/err-$$ | tail -1 >&2; rm /dev/shm/err-$$
    {sys.executable} -c "
from pathlib import Path
from agent.spool import read
told = []
print(len(list(read(Path('{tmp_path}/run'), told.append))), len(told))"
    """
    run = subprocess.run(
        ["unshare", "-Urnm", "sh", "-c", script, "sh", FULL],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "No space left on device: free some space" in run.stderr, run.stderr
    assert str(tmp_path) in run.stderr
    kept, bad = map(int, run.stdout.split())
    assert kept > 20
    assert bad == 0


WRITE_ON = """
import sys
from pathlib import Path
from agent.spool import Spool
from tests.agent.test_spool import piece
with Spool(Path(sys.argv[1])) as spool:
    for number in range(10_000_000):
        spool.write(piece(number % 250, b"%d" % number))
        if number == 50:
            print("going", flush=True)
"""


def test_a_killed_run_loses_nothing_it_wrote(tmp_path: Path) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", WRITE_ON, str(tmp_path)], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
    )
    assert run.stdout is not None
    assert run.stdout.readline() == b"going\n"
    run.send_signal(signal.SIGKILL)
    run.wait(10)
    run.stdout.close()
    told: list[str] = []
    Spool(tmp_path, told.append).close()
    assert len(list(read(tmp_path))) >= 50


def test_a_hundred_thousand_records_read_fast(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        for number in range(100_000):
            spool.write(piece(number % 250, b"%d" % number))
    start = time.process_time()
    assert sum(1 for _ in read(tmp_path)) == 100_000
    assert time.process_time() - start < 6  # 1.5 s measured; the rest is for slow machines
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000

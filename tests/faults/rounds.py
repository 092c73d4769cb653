"""The faults, one function each: a fresh folder, a fault at a seeded moment, and what must hold afterwards."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from agent.results import REPORT
from agent.spool import BODIES, FILE
from tests.faults import checks
from tests.faults.ground import Done, Ground, ended

STARTED = 0.4  # seconds in which Python itself still starts: nobody's Ctrl-C is answered there
ASLEEP = 4.0  # seconds: longer than what any one answer is waited for
FULL = 'mount -t tmpfs -o size={size}k tmpfs {disk} && cp -a {out} {disk}/out; {act} "$@"; code=$?; cp -a {disk}/out/. {out}/; exit $code'


class Round:
    """One fault. `out` holds what an undisturbed scan left if `seeded`, else nothing. `complaints` is empty if all held."""

    def __init__(self, ground: Ground, dice: Random, folder: Path, like: Path) -> None:
        self.ground, self.dice, self.folder, self.like = ground, dice, folder, like
        self.out = folder / "out"
        self.complaints: list[str] = []
        self.told = ""

    def seeded(self) -> None:
        """Begin with what an undisturbed scan left."""
        shutil.copytree(self.like, self.out)

    def moment(self, whole: float) -> float:
        return self.dice.uniform(STARTED, max(STARTED + 0.1, whole))

    def blame(self, what: str, complaints: object) -> None:
        self.complaints += [f"{what}: {one}" for one in complaints]  # type: ignore[attr-defined]

    def disturbed(self, words: list[str], number: int, codes: set[int], whole: float) -> None:
        """Run `words`, send a signal at a moment, and look at what was said and left."""
        old = (self.out / REPORT).read_bytes() if (self.out / REPORT).exists() else None
        before = checks.lines(self.out)
        child, moment = self.ground.start(*words), self.moment(whole)
        self.told = f"after {moment:.2f} s"
        time.sleep(moment)
        child.send_signal(number)
        if number == signal.SIGSTOP:
            time.sleep(ASLEEP)
            child.send_signal(signal.SIGCONT)
        self.after("disturbed", ended(child), codes, before, old)

    def after(self, what: str, done: Done, codes: set[int], before: set[str], old: bytes | None) -> None:
        """The checks that hold after every command, disturbed or not."""
        self.blame(what, checks.spoken(done, codes))
        self.blame(what, checks.kept(before, self.out))
        self.blame(what, checks.whole(self.out, old))
        self.blame(what, (f"still runs: {line}" for line in self.ground.survivors()))

    def again(self, words: list[str], codes: set[int] = checks.JUDGED) -> Done:
        """The same command once more: it goes on, loses nothing, and leaves a report."""
        before = checks.lines(self.out)
        done = self.ground.run(*words)
        self.after("again", done, codes, before, None)
        if not (self.out / REPORT).exists():
            self.complaints.append("again: no report.json")
        return done

    def twice(self) -> None:
        """Assessing twice gives the same bytes, and those of the folder's own report."""
        for name in ("one", "two"):
            done = self.ground.run("assess", str(self.out), "-o", str(self.folder / name))
            self.blame("assess", checks.spoken(done, checks.JUDGED))
        made = [self.folder / name / REPORT for name in ("one", "two")] + [self.out / REPORT]
        if len({path.read_bytes() if path.exists() else b"" for path in made}) != 1:
            self.complaints.append("assessing again gives other bytes")

    def same(self) -> None:
        """The verdicts are those of an undisturbed scan."""
        if (self.out / REPORT).exists() and (odd := checks.verdicts(self.out) ^ checks.verdicts(self.like)):
            self.complaints.append(f"other verdicts than undisturbed: {sorted(map(str, odd))[:4]}")


def _signalled(number: int, codes: set[int]) -> Callable[[Round], None]:
    def fault(turn: Round) -> None:
        words = turn.ground.scan(turn.out)
        turn.disturbed(words, number, codes | checks.JUDGED, turn.ground.whole)
        turn.again(words)
        turn.same()
        turn.twice()

    return fault


def killed_import(turn: Round) -> None:
    """A kill, at any moment, of an import of evidence and captures."""
    words = ["import", str(turn.like / FILE), "-o", str(turn.out)]
    number = turn.dice.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    turn.disturbed(words, number, {-number, 1, *checks.JUDGED}, 1.6)
    turn.again(words)
    turn.same()
    turn.twice()


def killed_assess(turn: Round) -> None:
    """A kill, at any moment, of an assessment into a folder that holds an earlier one."""
    turn.seeded()
    words = ["assess", str(turn.like), "-o", str(turn.out)]
    number = turn.dice.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    turn.disturbed(words, number, {-number, 1, *checks.JUDGED}, 1.2)
    turn.again(words)
    turn.same()
    turn.twice()


def full_disk(turn: Round) -> None:
    """A scan, an import or an assessment on a small disk that fills up; with room again it goes on."""
    turn.out.mkdir()
    words = turn.dice.choice([turn.ground.scan(Path("OUT")), ["import", str(turn.like / FILE), "-o", "OUT"]])
    size = turn.dice.choice([8, turn.dice.randrange(12, 400), turn.dice.randrange(400, 2400)])
    turn.told = f"{words[0]}, {size} KB"
    done = _on_disk(turn, words, size, "")
    roomy = done.code in checks.JUDGED
    turn.after("full", done, {1, *checks.JUDGED}, set(), None)
    if not roomy and not any(word in done.err.splitlines()[-1] for word in ("No space", "space left")):
        turn.complaints.append(f"full: the error does not say so: {done.err[-300:]!r}")
    turn.again([str(turn.out) if word == "OUT" else word for word in words])
    turn.same()
    turn.twice()


def read_only(turn: Round) -> None:
    """A folder that cannot be written to, with an earlier scan in it or without."""
    turn.seeded()
    old, before = (turn.out / REPORT).read_bytes(), checks.lines(turn.out)
    words = turn.dice.choice(
        [
            turn.ground.scan(Path("OUT")),
            ["import", str(turn.like / FILE), "-o", "OUT"],
            ["assess", str(turn.like), "-o", "OUT"],
        ]
    )
    turn.told = words[0]
    done = _on_disk(turn, words, 60_000, "mount -o remount,ro {disk};")
    turn.after("read-only", done, {1, 2}, before, old)
    if (turn.out / REPORT).read_bytes() != old:
        turn.complaints.append("read-only: report.json changed")


def _on_disk(turn: Round, words: list[str], size: int, act: str) -> Done:
    """The command in a mount namespace of its own, where `OUT` lies on a tmpfs; what it left is copied out."""
    disk = turn.folder / "disk"
    disk.mkdir()
    script = FULL.format(size=size, disk=disk, out=turn.out, act=act.format(disk=disk))
    placed = [str(disk / "out") if word == "OUT" else word for word in words]
    return turn.ground.run(*placed, wrap=("unshare", "-Urm", "sh", "-c", script, "sh"))


def cut(turn: Round) -> None:
    """evidence.jsonl truncated at a random byte, or its end turned to zeros as a power cut does."""
    turn.seeded()
    path = turn.out / FILE
    data = path.read_bytes()
    at = turn.dice.randrange(len(data))
    zeros = turn.dice.choice([0, 0, turn.dice.randrange(1, 3_000_000)])
    turn.told = f"at byte {at}, {zeros} zeros"
    path.write_bytes(data[:at] + bytes(zeros))
    turn.again(turn.ground.scan(turn.out))
    turn.again(["import", str(turn.like / FILE), "-o", str(turn.out)])
    turn.blame("cut", checks.kept(checks.lines(turn.like), turn.out))
    turn.twice()


def flipped(turn: Round) -> None:
    """One to three bits of evidence.jsonl flipped."""
    turn.seeded()
    path = turn.out / FILE
    data = bytearray(path.read_bytes())
    for _ in range(turn.dice.randrange(1, 4)):
        data[turn.dice.randrange(len(data))] ^= 1 << turn.dice.randrange(8)
    path.write_bytes(data)
    _told_of(turn, turn.ground.run("assess", str(turn.out), "-o", str(turn.folder / "told")), f"{FILE}:")
    turn.again(turn.ground.scan(turn.out))
    turn.twice()


def bodies(turn: Round) -> None:
    """A long body deleted, emptied or altered."""
    walk = turn.folder / "long.snmprec"
    walk.write_text("".join(f"1.3.6.1.2.1.2.2.1.2.{row}|4|interface number {row}\n" for row in range(1, 900)))
    words = ["import", str(walk), "-o", str(turn.out)]
    turn.after("import", turn.ground.run(*words), checks.JUDGED, set(), None)
    path = turn.dice.choice(sorted(path for path in (turn.out / BODIES).rglob("*") if path.is_file()))
    how = turn.dice.choice(["deleted", "emptied", "altered", "a folder"])
    turn.told = how
    data = path.read_bytes()
    path.unlink()
    if how == "a folder":
        path.mkdir()
    elif how != "deleted":
        path.write_bytes(b"" if how == "emptied" else data[:-1] + bytes([data[-1] ^ 1]))
    _told_of(turn, turn.ground.run("assess", str(turn.out), "-o", str(turn.folder / "told")), path.name)
    turn.again(words)
    turn.twice()


def _told_of(turn: Round, done: Done, word: str) -> None:
    """Damage is told by its place and makes the exit code 4 at least."""
    turn.blame("assess", checks.spoken(done, {3, 4}))
    if word not in done.err:
        turn.complaints.append(f"assess: the damage is not told ({word}): {done.err[-300:]!r}")


CLOCK = """
from datetime import timedelta
import agent.clock as c
real, count = c.now, 0
def now():
    global count
    count += 1
    return real() + timedelta(seconds={jump} if count > {after} else 0)
c.now = now
"""


def clock(turn: Round) -> None:
    """The clock jumps in mid-scan, forwards or back; the run ends well, and so does the one after it."""
    jump = turn.dice.choice([-1, 1]) * turn.dice.choice([1, 3600, 86_400 * 400])
    after = turn.dice.randrange(1, 300)
    turn.told = f"{jump} s after {after} looks"
    words = turn.ground.scan(turn.out)
    done = turn.ground.run(*words, before=CLOCK.format(jump=jump, after=after))
    turn.after("jump", done, checks.JUDGED, set(), None)
    turn.same()
    _ledger(turn)
    turn.twice()
    turn.again(words)
    turn.same()


def clock_then_killed(turn: Round) -> None:
    """The clock jumps, then a kill: the next run, under the right clock, still goes on."""
    jump = turn.dice.choice([-1, 1]) * turn.dice.choice([60, 86_400])
    words = turn.ground.scan(turn.out)
    child = turn.ground.start(*words, before=CLOCK.format(jump=jump, after=turn.dice.randrange(1, 40)))
    moment = turn.moment(turn.ground.whole)
    turn.told = f"{jump} s, killed after {moment:.2f} s"
    time.sleep(moment)
    child.kill()
    turn.after("jump", ended(child), {-signal.SIGKILL, *checks.JUDGED}, set(), None)
    turn.again(words)
    turn.same()
    _ledger(turn)
    turn.twice()


def _ledger(turn: Round) -> None:
    """An undisturbed end leaves no more rows open than an undisturbed scan does."""
    from agent.results import report_of

    def rows(folder: Path) -> set[tuple[str, str]]:
        return {(row.probe, row.status) for row in report_of(folder)[0].coverage}

    if (turn.out / REPORT).exists() and (odd := rows(turn.out) - rows(turn.like)):
        turn.complaints.append(f"the ledger says other than undisturbed: {sorted(odd)}")


def together(turn: Round) -> None:
    """A second scan, import or assessment into a folder where a scan is at work: refused, and neither loses anything."""
    words = turn.ground.scan(turn.out)
    first = turn.ground.start(*words)
    until = time.monotonic() + 10
    while not (turn.out / FILE).exists() and time.monotonic() < until:
        time.sleep(0.02)
    other = turn.dice.choice(
        [words, ["import", str(turn.like / FILE), "-o", str(turn.out)], ["assess", str(turn.like), "-o", str(turn.out)]]
    )
    turn.told = other[0]
    held = _is_held(turn.out)
    done = turn.ground.run(*other)
    if held and _is_held(turn.out):  # it was all the time
        turn.blame("second", checks.spoken(done, {2}))
    turn.after("first", ended(first), checks.JUDGED, set(), None)
    turn.same()
    turn.twice()


def _is_held(folder: Path) -> bool:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def other_evidence(turn: Round) -> None:
    """An assessment into a folder that holds evidence of its own does not take it away."""
    turn.out.mkdir()
    words = ["import", str(turn.ground.room / "banners.jsonl"), "--kind", "banners", "-o", str(turn.out)]
    (turn.ground.room / "banners.jsonl").write_text('{"id":"c1","field":"html_title","text":"Hello"}\n')
    turn.after("import", turn.ground.run(*words), checks.JUDGED, set(), None)
    before, old = checks.lines(turn.out), (turn.out / REPORT).read_bytes()
    done = turn.ground.run("assess", str(turn.like), "-o", str(turn.out))
    turn.after("assess", done, {2}, before, old)


FAULTS: dict[str, Callable[[Round], None]] = {
    "kill": _signalled(signal.SIGKILL, {-signal.SIGKILL}),
    "term": _signalled(signal.SIGTERM, {-signal.SIGTERM, 1}),
    "interrupt": _signalled(signal.SIGINT, {1}),
    "asleep": _signalled(signal.SIGSTOP, set()),
    "killed-import": killed_import,
    "killed-assess": killed_assess,
    "full-disk": full_disk,
    "read-only": read_only,
    "cut": cut,
    "flipped": flipped,
    "bodies": bodies,
    "clock": clock,
    "clock-then-killed": clock_then_killed,
    "together": together,
    "other-evidence": other_evidence,
}

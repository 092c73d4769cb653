"""The scans of a deployed agent: begun when due, stopped by a blackout, gone on with, then judged and put into the spool."""

import shutil
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from agent.config import Config
from agent.deployed import timing
from agent.deployed.diary import MOST_TRIES, Diary, Scan
from agent.deployed.home import Home
from agent.deployed.outbox import MB, Outbox
from agent.deployed.work import EFFECTIVE, REPORTED, Ended, Step, written
from agent.hold import WRITING
from model.times import written as stamped

USAGE = 2  # the exit code of wrong usage or configuration
JUDGED = ".judged"  # after a folder's name: the same evidence under the policy's pack
LATER = 600.0  # seconds after a step that failed
Say = Callable[[str], None]


class Scans:
    """`trouble`: why none runs although one should; `pack`: of the policy, a file, or None for the shipped one."""

    def __init__(self, home: Home, diary: Diary, outbox: Outbox, say: Say) -> None:
        self._home, self._diary, self.outbox, self._say = home, diary, outbox, say
        self._step: Step | None = None
        self._now: Scan | None = None
        self._pausing = self._judging = False
        self._later = 0.0  # by the monotonic clock: nothing is begun before
        self.trouble = ""

    @property
    def busy(self) -> bool:
        """Whether a step is under way."""
        return self._step is not None

    def turn(
        self, config: Config, source: Path, pack: Path | None, now: datetime, seed: str, asked: bool = False
    ) -> None:
        """Do what is due. `source`: the site's own configuration file; `asked`: scan now, whatever the schedule says."""
        dark = timing.blackout(config, now) is not None
        if self._step is not None:
            ended = self._step.ended()
            if ended is not None:
                self._ended(ended, pack)
            elif dark and not self._pausing and self._now is not None and self._now.state == "running":
                self._say("a blackout begins: the scan is stopped, and goes on after it")
                self._pausing = True
                self._step.stop()
        if self._step is None:
            self._begin(config, source, pack, now, seed, asked, dark)

    def stop(self) -> None:
        """End the step under way: a scan keeps what it has, and goes on when the agent does."""
        if self._step is not None and self._now is not None:
            ended = self._step.end()
            if self._now.state == "running":
                whole = ended.code in REPORTED and not ended.stopped
                self._diary.ended(self._now.folder, "scanned" if whole else "paused", "the agent was stopped")
        self._step = self._now = None

    def over(self, config: Config, now: datetime) -> bool:
        """Whether nothing is under way or to be begun now."""
        open_ = self._diary.unfinished()
        return self._step is None and (open_ is None or timing.blackout(config, now) is not None or bool(self.trouble))

    def _begin(
        self, config: Config, source: Path, pack: Path | None, now: datetime, seed: str, asked: bool, dark: bool
    ) -> None:
        if time.monotonic() < self._later:
            return
        self.trouble = ""
        open_ = self._diary.unfinished()
        if open_ is not None and open_.state == "scanned":
            self._after(open_, pack)
            return
        at = now if asked else timing.due(config, self._diary.last(), now, seed)
        if dark and asked:
            self.trouble = "a blackout of agent.toml or of the policy holds: no scan is begun"
        if dark or (open_ is None and at is None):
            return
        if why := self._no_room(config):
            self.trouble = why
            return
        folder = open_.folder if open_ is not None else self._fresh(now)
        self._scan(
            config, source, folder, open_.due if open_ is not None else "" if asked or at is None else stamped(at)
        )

    def _scan(self, config: Config, source: Path, folder: str, due: str) -> None:
        if not config.scope.targets:
            self.trouble = "nothing is left to scan: [scope] targets of agent.toml, narrowed by the policy, is empty"
            return
        effective = self._home.root / EFFECTIVE
        written(config, source, effective)
        self._diary.begun(folder, due)
        self._now, self._pausing = self._diary.last(), False
        self._say(f"scanning into {self._home.results / folder}")
        place = str(self._home.results / folder)
        self._step = Step(self._home.root, "step", "scan", "-o", place, "--config", str(effective), "--json")

    def _ended(self, ended: Ended, pack: Path | None) -> None:
        scan, self._step = self._now, None
        if scan is None:
            return
        if scan.state == "running":
            self._scanned(scan, ended, pack)
        elif ended.code in REPORTED or self._judging:
            self._stepped(scan, ended)
        else:
            self._failed(scan, ended)

    def _scanned(self, scan: Scan, ended: Ended, pack: Path | None) -> None:
        if self._pausing:
            self._diary.ended(scan.folder, "paused", "a blackout began")
            self._now = None
        elif ended.code in REPORTED:
            # Why it stopped stands in the report; a switch that shut its port is not tried again by itself.
            self._diary.ended(scan.folder, "scanned", ended.stopped)
            self._say(f"scanned: {ended.stopped or 'to the end'}")
            self._after(next(one for one in self._diary.scans() if one.folder == scan.folder), pack)
        else:
            self._failed(scan, ended)

    def _failed(self, scan: Scan, ended: Ended) -> None:
        """Tried again later, since nothing that was gathered is lost; a scan that is refused, or keeps dying, waits for a person."""
        why = ended.said or f"ended with code {ended.code}"
        kept = scan.state == "scanned" or WRITING in why or (ended.code != USAGE and scan.tries < MOST_TRIES)
        state = "failed" if not kept else "scanned" if scan.state == "scanned" else "paused"
        self._diary.ended(scan.folder, state, why)
        self.trouble = f"{scan.folder}: {why}"
        self._later = 0.0 if ended.code < 0 else time.monotonic() + LATER
        self._now = None

    def _after(self, scan: Scan, pack: Path | None) -> None:
        """Judge by the policy's pack if there is one, else straight into the spool."""
        self._now = scan
        place = str(self._home.results / scan.folder)
        self._judging = pack is not None
        if pack is not None:
            shutil.rmtree(place + JUDGED, ignore_errors=True)  # of an assessment that was cut short
            self._step = Step(self._home.root, "step", "assess", place, "--pack", str(pack), "-o", place + JUDGED)
        else:
            self._step = self._push(place)

    def _push(self, place: str) -> Step:
        self._judging = False
        return Step(self._home.root, "step", "push", place, "--no-send", "--config", str(self._home.root / EFFECTIVE))

    def _stepped(self, scan: Scan, ended: Ended) -> None:
        if self._judging:
            place = str(self._home.results / scan.folder)
            if ended.code in REPORTED:
                self._step = self._push(place + JUDGED)
            else:
                self._say(f"the policy's pack is not used, the shipped one judges: {ended.said}")
                self._step = self._push(place)
            return
        note = "; ".join(filter(None, (scan.note, ended.said)))
        self._diary.ended(scan.folder, "done", note)
        self._now = None
        self._say(f"{scan.folder}: done{f': {note}' if note else ''}")

    def _fresh(self, now: datetime) -> str:
        name = now.strftime("%Y%m%dT%H%M%SZ")
        taken = {path.name for path in self._home.results.iterdir()} | {one.folder for one in self._diary.scans()}
        return next(one for number in range(10_000) if (one := f"{name}-{number}" if number else name) not in taken)

    def _no_room(self, config: Config) -> str:
        if not self.outbox.fits():
            count, used = self.outbox.usage()
            return f"the spool is full ({count} parcels, {used / MB:,.1f} MB): no scan is begun until something is sent"
        used = sum(path.stat().st_size for path in self._home.results.rglob("*") if path.is_file())
        if used > config.agent.results_mb * MB:
            return f"results/ holds {used / MB:,.1f} MB, more than agent.results_mb: release, send or move away what is old"
        return ""

    def tidy(self, keep: int) -> None:
        """Remove the oldest result folders beyond `keep` whose parcels are all receipted; nothing else ever goes by itself."""
        held = {one.folder for state in ("waiting", "aside") for one in self.outbox.of(state=state)}
        sent = {one.folder for one in self.outbox.of(state="settled")}
        done = [one.folder for one in self._diary.scans("done", "failed")]
        for name in done[: max(0, len(done) - keep)]:
            both = (self._home.results / name, self._home.results / (name + JUDGED))
            told = {str(path) for path in both}
            if both[0].is_dir() and told & sent and not told & held:
                for path in both:
                    shutil.rmtree(path, ignore_errors=True)
                self._say(f"{both[0]}: removed, its report was received")


def open_diary(diary: Diary) -> None:
    """At the start: what the diary calls running was cut short by a kill."""
    for one in diary.scans("running"):
        state = "paused" if one.tries < MOST_TRIES else "failed"
        diary.ended(one.folder, state, "cut short; it goes on" if state == "paused" else "it was cut short too often")

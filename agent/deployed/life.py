"""The life of a deployed agent: turn after turn it scans when due, sends what waits, and sleeps in between.

What is heavy is done by commands of their own (`laydown scan`, `push`, `agent send`): this process loads neither ciphers nor a network
client, and stays small for months. What it must remember is in the store, so that a kill at any moment costs nothing.
"""

import json
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import FrameType

from agent import clock
from agent.config import config_at
from agent.deployed import timing
from agent.deployed.diary import Diary
from agent.deployed.home import Collector, home_of, own
from agent.deployed.narrow import Narrowed, narrowed
from agent.deployed.outbox import Outbox
from agent.deployed.policies import held_policy
from agent.deployed.scans import Scans, open_diary
from agent.deployed.store import Store
from agent.deployed.work import Step
from model.trouble import Trouble

LONGEST = 30.0  # seconds of sleep: a clock that jumps is noticed
BUSY = 0.3  # seconds between looks at a step under way
TROUBLES = "agent.troubles"  # in the store: what the running agent cannot do, for status and heartbeat
Say = Callable[[str], None]


class Life:
    """`config_path`: read again each turn, so that a change holds without a restart; one that cannot be read changes nothing."""

    def __init__(self, config_path: Path | None, say: Say) -> None:
        self._path, self._say = config_path, say
        self._config = config_at(config_path)
        self.home = home_of(self._config)
        self.store = Store(self.home.root)
        self.outbox = Outbox(self.home, self.store, self._config.agent.spool_mb)
        self.diary = Diary(self.store)
        self.scans = Scans(self.home, self.diary, self.outbox, say)
        self._sending: dict[str, Step] = {}
        self._next: dict[str, float] = {}  # when to send again; by the monotonic clock, which no one sets
        self._beats: dict[str, float] = {}
        self._wake, self._ending = threading.Event(), False
        self._troubles: dict[str, str] = {}

    def run(self, once: bool = False, scan: bool = False) -> list[str]:
        """Live until told to end; with `once`, until nothing is left to do now. The problems that are left."""
        self.outbox.swept()
        open_diary(self.diary)
        self.store.keep(**{TROUBLES: ""})
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, lambda *_: self._wake.set())
        unheard = ""  # why a scan that was asked for was not begun
        try:
            while not self._ending:
                narrow = self.turn(scan)
                unheard, scan = unheard or (self.scans.trouble if scan else ""), False
                if once and self._over(narrow):
                    break
                self._wake.wait(self._sleep())
                self._wake.clear()
        finally:
            for step in self._sending.values():
                step.end()
            self.scans.stop()
        return [*filter(None, {unheard, *self._troubles.values()}), *(one.why for one in self.outbox.of(state="aside"))]

    def turn(self, scan: bool = False) -> Narrowed:
        """One round: configuration, scans, each collector."""
        self._read_again()
        now = clock.now()
        narrow = self._narrow(now)
        self._scanned(narrow, now, scan)
        for to in self.home.collectors():
            self._met(to, narrow)
        return narrow

    @property
    def seed(self) -> str:
        """What spreads this agent's moments over the jitter."""
        return next((one.agent for one in self.home.collectors()), "")

    def _scanned(self, narrow: Narrowed, now: datetime, scan: bool) -> None:
        path = self.home.pack(narrow.pack)
        try:
            pack = path if narrow.pack and path.exists() else None
            self.scans.turn(narrow.config, self._path or Path(), pack, now, self.seed, scan)
            if not self.scans.busy:
                self.scans.tidy(narrow.config.agent.keep)
            self._told("scan", self.scans.trouble)
        except Trouble as fault:
            self._told("scan", str(fault))

    def _met(self, to: Collector, narrow: Narrowed) -> None:
        """Begin a turn with the collector if one is due, or see how the one under way ended."""
        name, now = to.organisation, time.monotonic()
        step = self._sending.get(name)
        if step is not None:
            ended = step.ended()
            if ended is None:
                return
            del self._sending[name]
            trouble = ended.said if ended.code else ""
            self._told(name, trouble)
            wait = float(self.store.recall(f"{name}.wait") or (LONGEST if trouble else 0))
            self._next[name] = now + wait
            if not trouble:
                self._beats[name] = now + narrow.config.agent.heartbeat_minutes * 60
            if ended.told:
                self._say(ended.told)
        if now >= self._next.get(name, 0.0) and (now >= self._beats.get(name, 0.0) or self._waits(name)):
            config = ["--config", str(self._path)] if self._path else []
            self._sending[name] = Step(self.home.root, f"send-{name}", "agent", "send", "--organisation", name, *config)

    def _waits(self, organisation: str) -> bool:
        return any(not one.by_file for one in self.outbox.of(organisation))

    def _narrow(self, now: datetime) -> Narrowed:
        collectors = self.home.collectors()
        ours = own(self._config, collectors)
        to = next((one for one in collectors if one.organisation == ours), None)
        try:
            policy = held_policy(self.home, to, checked=False) if to else None
            found = narrowed(self._config, policy, to.site.id if to else "", now, timing.zone_of(self._config, now))
        except Trouble as fault:
            self._told("policy", str(fault))
            return Narrowed(self._config)
        self._told("policy", "")
        return found

    def _read_again(self) -> None:
        try:
            found = config_at(self._path)
        except Trouble as fault:
            self._told("config", f"{fault}; what it said before still holds")
            return
        self._told("config", "")
        if found != self._config:
            self._config = found
            self.outbox = Outbox(self.home, self.store, found.agent.spool_mb)
            self.scans.outbox = self.outbox

    def _over(self, narrow: Narrowed) -> bool:
        """Whether nothing more can be done now."""
        waits = any(
            self._waits(one.organisation) and not self._troubles.get(one.organisation) for one in self.home.collectors()
        )
        return not self._sending and not waits and self.scans.over(narrow.config, clock.now())

    def _sleep(self) -> float:
        if self.scans.busy or self._sending:
            return BUSY
        now = time.monotonic()
        waits = [at - now for at in (*self._next.values(), *self._beats.values()) if at > now]
        return max(BUSY, min([LONGEST, *waits]))

    def _told(self, about: str, text: str) -> None:
        """Said, and kept for status and heartbeat, when it changes."""
        if self._troubles.get(about, "") == text:
            return
        self._troubles[about] = text
        if text:
            self._say(text)
        kept = [one for name, one in self._troubles.items() if one and name in ("scan", "config", "policy")]
        self.store.keep(**{TROUBLES: json.dumps(kept) if kept else ""})

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True
        self._wake.set()

"""The life of a deployed agent: turn after turn it scans when due, sends what waits, says that it lives, and sleeps in between."""

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
from agent.deployed.contact import Contact, held_policy
from agent.deployed.diary import Diary
from agent.deployed.home import Collector, home_of, own
from agent.deployed.narrow import Narrowed, narrowed
from agent.deployed.outbox import Outbox
from agent.deployed.scans import Scans, open_diary
from agent.deployed.status import heartbeat
from agent.deployed.store import Store
from agent.words import many
from model.enrolment import Heartbeat
from model.policy import Policy
from model.trouble import Trouble

LONGEST = 30.0  # seconds of sleep: a clock that jumps is noticed
BUSY = 0.5  # seconds between looks at a step under way
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
        self._contacts: dict[str, Contact] = {}
        self._next: dict[str, float] = {}  # by the monotonic clock, which no one sets
        self._beats: dict[str, float] = {}
        self._wake, self._ending = threading.Event(), False
        self._troubles: dict[str, str] = {}
        self.outbox.swept()
        open_diary(self.diary)

    def run(self, once: bool = False, scan: bool = False) -> list[str]:
        """Live until told to end; with `once`, until nothing is left to do now. The problems that are left."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        try:
            while not self._ending:
                narrow = self.turn(scan)
                scan = False
                now = clock.now()
                if once and self.scans.over(narrow.config, now, self.seed) and not self._sendable():
                    break
                self._wake.wait(self._sleep(once))
        finally:
            self.scans.stop()
        return list(self.problems(self._narrow(clock.now())))

    def turn(self, scan: bool = False) -> Narrowed:
        """One round: configuration, scans, each collector."""
        self._read_again()
        now = clock.now()
        narrow = self._narrow(now)
        self._scanned(narrow, now, scan)
        for to in self.home.collectors():
            if not self._ending and time.monotonic() >= self._next.get(to.organisation, 0.0):
                self._met(to, narrow)
        return narrow

    @property
    def seed(self) -> str:
        """What spreads this agent's moments over the jitter."""
        return next((one.agent for one in self.home.collectors()), "")

    def _scanned(self, narrow: Narrowed, now: datetime, scan: bool) -> None:
        try:
            pack = self._pack(narrow)
            self.scans.turn(narrow.config, self._path or Path(), pack, now, self.seed, scan)
            if not self.scans.busy:
                self.scans.tidy(narrow.config.agent.keep)
            self._told("scan", self.scans.trouble)
        except Trouble as fault:
            self._told("scan", str(fault))

    def _met(self, to: Collector, narrow: Narrowed) -> None:
        contact = self._contact(to)
        due = time.monotonic() >= self._beats.get(to.organisation, 0.0)
        receipts = contact.turn((lambda: self._beat(narrow)) if due else None, self._interrupted)
        if not contact.trouble and due:
            self._beats[to.organisation] = time.monotonic() + narrow.config.agent.heartbeat_minutes * 60
        self._next[to.organisation] = time.monotonic() + contact.wait
        if receipts:
            self._say(
                f"{to.organisation}: {many(len(receipts), 'report')} received, the last as number {receipts[-1].number}"
            )
        self._told(to.organisation, contact.trouble)

    def _contact(self, to: Collector) -> Contact:
        """The one at hand, unless the enrolment or the way to it was changed meanwhile."""
        held = self._contacts.get(to.organisation)
        if held is None or held.to != to:
            held = self._contacts[to.organisation] = Contact(self.home, self.store, self.outbox, to, self._config)
        else:
            held.line.key = self.home.key(to.organisation)
        return held

    def _beat(self, narrow: Narrowed) -> Heartbeat:
        state = "scanning" if self.scans.busy else "refused" if self.scans.trouble else "idle"
        return heartbeat(self.outbox, self.diary, narrow.config, clock.now(), self.seed, state, self.problems(narrow))

    def problems(self, narrow: Narrowed) -> list[str]:
        """What people should know, one line each."""
        aside = [f"set aside: {one.why}" for one in self.outbox.of(state="aside")]
        return [
            *(text for text in self._troubles.values() if text),
            *(f"policy: {one}" for one in narrow.refused),
            *aside,
        ]

    def _policy(self) -> tuple[Policy | None, str]:
        ours = own(self._config, self.home.collectors())
        for one in self.home.collectors():
            if one.organisation == ours:
                return held_policy(self.home, one), one.site.id
        return None, ""

    def _narrow(self, now: datetime) -> Narrowed:
        try:
            policy, site = self._policy()
            zone = timing.zone_of(self._config, now)
            found = narrowed(self._config, policy, site, now, zone)
            self._told("policy", "")
            return found
        except Trouble as fault:
            self._told("policy", str(fault))
            return Narrowed(self._config)

    def _pack(self, narrow: Narrowed) -> Path | None:
        ours = own(self._config, self.home.collectors())
        to = next((one for one in self.home.collectors() if one.organisation == ours), None)
        if not narrow.pack or to is None:
            return None
        try:
            path = self._contact(to).pack(narrow.pack)
        except Trouble as fault:
            self._told("pack", f"{fault}; the shipped rules judge")
            return None
        self._told("pack", "")
        return path

    def _read_again(self) -> None:
        try:
            found = config_at(self._path)
        except Trouble as fault:
            self._told("config", f"{fault}; what it said before still holds")
            return
        self._told("config", "")
        if found != self._config:
            self._config = found
            self._contacts.clear()
            self.outbox = Outbox(self.home, self.store, found.agent.spool_mb)
            self.scans.outbox = self.outbox

    def _sendable(self) -> bool:
        """Whether anything waits for a collector that answers."""
        known = {name for name, contact in self._contacts.items() if not contact.trouble}
        return any(one.recipient in known and not one.by_file for one in self.outbox.of())

    def _interrupted(self) -> bool:
        """Whether an upload has to make way: the agent ends, or a scan must be looked after."""
        if self.scans.busy:
            narrow = self._narrow(clock.now())
            self._scanned(narrow, clock.now(), False)
        return self._ending

    def _sleep(self, once: bool) -> float:
        if self.scans.busy:
            return BUSY
        now = time.monotonic()
        waits = [at - now for at in (*self._next.values(), *self._beats.values()) if at > now]
        return 0.1 if once else max(0.2, min([LONGEST, *waits]))

    def _told(self, about: str, text: str) -> None:
        """Said once, when it changes."""
        if text and self._troubles.get(about) != text:
            self._say(text)
        self._troubles[about] = text

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True
        self._wake.set()

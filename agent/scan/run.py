"""A scan from its first packet to its last note: links and sweeps first, then tables, then ports, then services.

The order is the manners: whoever a MAC, an engine id or a device's table shows to be delicate is known before any TCP.
"""

import signal
from collections.abc import Callable
from functools import partial
from types import FrameType

from agent.ask import Target
from agent.driver import Driver, Work
from agent.outcome import Outcome, Stopped
from agent.progress import Shown
from agent.scan.breadth import Breadth
from agent.scan.emit import Emit
from agent.scan.found import ROUNDS, Found
from agent.scan.known import Known
from agent.scan.ledger import Books
from agent.scan.plan import ON_LINK, Plan
from agent.scan.reached import Reached
from agent.scan.resume import Before, memory
from agent.scan.seek import Seek
from agent.scan.tally import Tally
from agent.scope import names
from agent.wire_client import WireProcess
from model.spans import Spans, spans

INTERRUPTED = "interrupted by the user"
FRAGILE = "fragile: only listened to"
TOLD = "told by tables"  # where hosts are, as progress says it
VAST = "not swept: one address of each station found there was asked"


class Run:
    """`emit` must be what the driver was given; `wire` None in a lab without links."""

    def __init__(
        self,
        plan: Plan,
        driver: Driver,
        wire: WireProcess | None,
        books: Books,
        known: Known,
        show: Shown,
        emit: Emit,
        interface: str,
        reached: Reached,
    ) -> None:
        """`interface`: the one that hosts behind routers are reached by. `reached` must be what the driver was given."""
        self.plan, self.driver, self.wire, self.books, self.known, self.show = plan, driver, wire, books, known, show
        self._emit, self._away, self._reached = emit, interface, reached
        self._found = Found(plan, known)
        self._asked: dict[str, Spans] = {}
        self._tally = Tally(plan, wire, books, known, show)
        raw = wire is not None and not wire.lacks and bool(plan.of("arp"))
        if wire is not None:
            for name in plan.of("arp"):
                wire.on_asked = partial(show.step, name)
        self._breadth = Breadth(plan, known, books, show, emit, interface)
        self._seek = Seek(plan, driver, raw, books, known, show, self._ended, reached)

    def expect(self, before: Before) -> None:
        """Open the ledger's rows, take up what an earlier part of this run wrote, and say what will not run."""
        plan, everybody = self.plan, self.plan.hosts
        for name in plan.probes:
            stage = plan.stages[name]
            on_links = (
                self._seek.near if stage == "arp" else spans(text for one in plan.near for text in one.area.texts())
            )
            within = on_links if plan.probes[name].REACH == "link" else everybody
            if stage == "arp" and not self._seek.raw:
                lacks = self.wire.lacks if self.wire else "no link here"
                self.books.not_run(name, f"{lacks}: hosts that answer nothing else are not seen", self._seek.near)
            else:
                self.books.expect(name, within)
                self._left_alone(name, stage)
        self._breadth.expect()
        for name, reason in plan.left_out.items():
            self.books.not_run(name, reason, everybody)
        for ledger in before.ledgers:
            self.books.recall(ledger)
        self._reached.recall(before.ledgers)
        unfinished = memory(before.dialogues)
        self.driver.memory = lambda name, target: unfinished.pop((name, target.address), ())
        for dialogue in before.dialogues:
            self.known.learn(dialogue)
        self._unread(lambda name, host: host in self.books.asked(name))  # the others' dialogues go on
        for area in plan.areas:
            for name in plan.probes if (area.hosts & plan.scope.vast).ranges else ():
                self.books.remark(name, area.text, VAST)

    def _left_alone(self, name: str, stage: str) -> None:
        """Excluded and fragile addresses stand in the rows of every sweep that passed them by."""
        if stage not in ("arp", "wide"):
            return
        scope = self.plan.scope
        passed = self.plan.hosts - scope.vast
        if stage == "arp":
            passed &= spans(text for near in self.plan.near for text in near.link.prefixes.texts())
        reason = f"excluded: {self.plan.order.config.scope.exclude_reason}"
        for these, why in ((passed & scope.exclude, reason), (passed & scope.fragile - scope.exclude, FRAGILE)):
            self.books.count(name, these, excluded=these, reason=why)

    def go(self) -> str:
        """Run every stage. "" if all ran to their end, else why not."""
        handler = signal.signal(signal.SIGTERM, _interrupt)
        try:
            self._alone()
            self._seek.links()
            self._seek.wide(ON_LINK, (self._live() & self._seek.near) | self._found.hosts())
            for near in self.plan.near:
                if near.area - near.hosts:
                    self._seek.tables_again(near)
            self._hosts("snmp", self._readable())
            self._follow()
            self._services()
            self._seek.once_more()
            self._breadth.go()
        except KeyboardInterrupt:
            return INTERRUPTED
        except Stopped as stopped:
            return str(stopped)
        finally:
            signal.signal(signal.SIGTERM, handler)
            self.books.flush()
        return ""

    def _alone(self) -> None:
        """What this machine alone can tell, and the way to what the user named."""
        for name in (*self.plan.of("machine"), *self.plan.of("path")):
            self.books.begin(name)
            target = Target(addresses=self.plan.order.upstream if self.plan.stages[name] == "path" else ())
            if not self.books.asked(name):
                self.driver.run([(name, self.plan.probes[name], target)], self._ended)
            self.books.done(name)

    def _follow(self) -> None:
        """Whom devices' tables told of joins the work, and whom their tables tell of; a few times, not for ever."""
        for _ in range(ROUNDS):
            if not self._found.told():
                return
            self._seek.wide(TOLD, self._found.hosts())
            self._hosts("snmp", self._readable())

    def _live(self) -> Spans:
        return spans(self.known.live)

    def _readable(self) -> Spans:
        """Hosts that are there, and those behind routers that a credential is for: only asking tells whether they are."""
        scopes = spans(text for one in self.plan.order.credentials for text in one.scopes.texts())
        return self._there() | ((self.plan.far | self._blind()) & scopes)

    def _candidates(self) -> Spans:
        """Hosts that are there, and all behind routers; where nothing could ask a link, all of it."""
        return self._there() | self.plan.far | self._blind()

    def _there(self) -> Spans:
        """Hosts that are there: those named, and of those that were found, one address a station."""
        return (self._live() & self.plan.hosts - self.plan.scope.vast) | self._found.hosts()

    def _blind(self) -> Spans:
        """The links' addresses, if nothing could ask which of them are in use."""
        return self._seek.near if not self._seek.raw and not self.plan.of("wide") else Spans()

    def _hosts(self, stage: str, hosts: Spans) -> None:
        for name in self.plan.of(stage):
            self.books.begin(name)
            left = hosts - self.books.asked(name)
            self.show.stage(name, left.size)
            self.driver.run((self._work(name, address) for address in names(left)), self._ended)
            self.books.done(name)

    def _services(self) -> None:
        """Ports, and as soon as a host's are known, each probe whose port is open there; datagrams to all that are there."""
        served = [*self.plan.of("banner"), *self.plan.of("udp"), *self.plan.groups]
        for name in served:
            self.books.begin(name)
        self._asked = {name: self.books.asked(name) for name in served}
        self.show.stage("services", 0)
        self._hosts("ports", self._candidates())
        seen = self._candidates()
        if self.plan.of("ports"):
            seen &= self._live()
        self.driver.run((item for host in names(seen) for item in self._served(host)), self._ended)
        for name in served:
            self.books.done(name)

    def _served(self, host: str) -> list[Work]:
        """What is to be asked of a host whose ports are known; nothing the second time."""
        work = [self._work(name, host) for name, asked in self._asked.items() if self._fits(name, host, asked)]
        for name, _, _ in work:
            self._asked[name] |= spans([host])
        self.show.grow("services", len(work))
        return work

    def _fits(self, name: str, host: str, asked: Spans) -> bool:
        if host in asked or self._reached.hears(name, host):
            return False
        probe = self.plan.probes[name]
        ports = {int(port[4:]) for port in probe.PORTS if port.startswith("tcp/")}
        looked = (
            bool(ports and self.plan.of("ports")) and probe.DEFAULT
        )  # nobody looks for a port that is only asked by name
        return bool(ports & self.known.open.get(host, set())) if looked else True

    def _work(self, name: str, host: str) -> Work:
        interface = self.plan.link_of(host) or self._away
        ports = tuple(sorted(self.known.open.get(host, ())))
        return name, self.plan.probes[name], Target(host, interface, (), self.known.mac(host), ports)

    def _ended(self, name: str, target: Target, outcome: Outcome) -> None:
        """Count an outcome, learn from its evidence, and let its chain go on."""
        self._emit.ended(name, target)
        self._unread(lambda *_: True)
        if self._tally.count(name, target, outcome):
            self._seek.go_on(name, target)
            if self.plan.stages[name] == "ports" and target.address in self.known.live:
                self.driver.add(self._served(target.address))

    def _unread(self, ended: Callable[[str, str], bool]) -> None:
        """Tell the ledger of tables that were not read to their end, of dialogues that `ended(probe, address)`."""
        for (name, host), why in self.known.cuts.items():
            if ended(name, host):
                self.books.unread(name, host, why)
        self.known.cuts.clear()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM ends a run as Ctrl-C does."""
    raise KeyboardInterrupt

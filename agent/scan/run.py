"""A scan from its first packet to its last note: links and sweeps first, then tables, then ports, then services.

The order is the manners: whoever a MAC, an engine id or a device's table shows to be delicate is known before any TCP.
"""

import signal
from collections.abc import Callable, Iterable, Iterator
from types import FrameType

from agent.ask import Target
from agent.driver import Driver, Work
from agent.outcome import Outcome
from agent.progress import Shown
from agent.scan.chunks import DATAGRAMS, KERNEL, TOGETHER, arp_size, dealt, pieces
from agent.scan.known import Gathering, Known
from agent.scan.ledger import Books
from agent.scan.plan import Near, Plan
from agent.scan.resume import Before
from agent.scope import count
from agent.wire_client import WireProcess
from model.evidence import Evidence
from model.spans import Spans, spans

INTERRUPTED = "interrupted by the user"
REFUSED = "refused credential"
NOT_WHOLE = "the link is not wholly in scope: asking all stations needs --multicast"
FRAGILE = "fragile: only listened to"
Chain = Iterator[Work]


class Stopped(Exception):
    """The run has to end early; its text says why."""


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
        emit: "Emit",
        interface: str,
    ) -> None:
        """`interface`: the one that hosts behind routers are reached by."""
        self.plan, self.driver, self.wire, self.books, self.known, self.show = plan, driver, wire, books, known, show
        self._emit, self._away = emit, interface
        self._raw = wire is not None and not wire.lacks
        self._chains: dict[tuple[str, str], Chain] = {}
        self._near = spans(text for near in plan.near for text in near.hosts.texts())
        self._arp = set(plan.of("arp"))

    def expect(self, before: Before) -> None:
        """Open the ledger's rows, take up what an earlier part of this run wrote, and say what will not run."""
        plan, everybody = self.plan, self.plan.hosts
        for name in plan.probes:
            stage = next(one for one in STAGES if name in plan.of(one))
            within = self._near if stage in ("link", "arp", "multicast") else everybody
            if stage == "arp" and not self._raw:
                lacks = self.wire.lacks if self.wire else "no link here"
                self.books.not_run(name, f"{lacks}: hosts that answer nothing else are not seen", self._near)
            else:
                self.books.expect(name, within)
                self._left_alone(name, stage)
        for name, reason in plan.left_out.items():
            self.books.not_run(name, reason, everybody)
        for ledger in before.ledgers:
            self.books.recall(ledger)
        for dialogue in before.dialogues:
            self.known.learn(dialogue)

    def _left_alone(self, name: str, stage: str) -> None:
        """Excluded and fragile addresses stand in the rows of every sweep that passed them by."""
        if stage not in ("arp", "wide"):
            return
        scope = self.plan.scope
        passed = self.plan.hosts
        if stage == "arp":
            passed &= spans(text for near in self.plan.near for text in near.link.prefixes.texts())
        reason = f"excluded: {self.plan.order.config.scope.exclude_reason}"
        for these, why in ((passed & scope.exclude, reason), (passed & scope.fragile - scope.exclude, FRAGILE)):
            self.books.count(name, these, excluded=these, reason=why)

    def go(self) -> str:
        """Run every stage. "" if all ran to their end, else why not."""
        handler = signal.signal(signal.SIGTERM, _interrupt)
        try:
            self._links()
            self._wide("near", [near.hosts & self._live() for near in self.plan.near])
            self._hosts("snmp", self._readable())
            self._hosts("ports", self._candidates())
            self._services()
        except KeyboardInterrupt:
            return INTERRUPTED
        except Stopped as stopped:
            return str(stopped)
        finally:
            signal.signal(signal.SIGTERM, handler)
            self.books.flush()
        return ""

    # Stage 1: who is there.

    def _links(self) -> None:
        """Neighbour tables, then ARP on one link after the other, while hosts behind routers are asked for their engine ids."""
        self._tables_of_links()
        chains = [self._arp_chain()] if self._raw else []
        if not self._raw:
            self._kernel_asks()
        chains += self._wide_chains("far", self.plan.far)
        self._run_chains(chains)
        for name in (*(self.plan.of("arp") if self._raw else ()), *(self.plan.of("multicast"))):
            self.books.done(name)

    def _tables_of_links(self) -> None:
        for name in self.plan.of("link"):
            self.books.begin(name)
            work = [(name, self.plan.probes[name], Target(interface=near.link.name)) for near in self.plan.near]
            self.driver.run(work, self._ended)
            self.books.done(name)
        for name in self.plan.of("multicast"):
            self.books.begin(name)
            self.driver.run(self._multicasts(name), self._ended)

    def _multicasts(self, name: str) -> Iterator[Work]:
        for near in self.plan.near:
            if near.whole:
                yield (
                    name,
                    self.plan.probes[name],
                    Target(interface=near.link.name, addresses=tuple(near.hosts.texts())),
                )
            else:
                label = spans([near.link.name])
                self.books.count(name, label, excluded=label, reason=NOT_WHOLE, within=near.hosts)

    def _arp_chain(self) -> Chain:
        size = arp_size(self.plan.order.profile.link)
        for name in self.plan.of("arp"):
            self.books.begin(name)
            heard = spans(self.known.told_by.get(name, ())) & self._near
            self.books.count(name, heard, heard)  # a killed run's answers, which no note followed
            left = self._near - self.books.asked(name)
            self.show.stage(name, count(left))
            for near in self.plan.near:
                for piece in pieces(near.hosts & left, size):
                    yield name, self.plan.probes[name], Target(interface=near.link.name, addresses=tuple(piece.texts()))

    def _kernel_asks(self) -> None:
        """Without raw frames a datagram makes the kernel ask for its address; its table is read before it forgets."""
        for name in self.plan.of("wide"):
            self.books.begin(name)
            for near in self.plan.near:
                for piece in pieces(near.hosts - self.books.asked(name), KERNEL):
                    self.driver.run(
                        [(name, self.plan.probes[name], Target(addresses=tuple(piece.texts())))], self._ended
                    )
                    self._tables_again(near)

    def _tables_again(self, near: Near) -> None:
        for table in self.plan.of("link"):
            self.driver.run([(table, self.plan.probes[table], Target(interface=near.link.name))], self._ended)

    def _wide_chains(self, where: str, hosts: Spans) -> list[Chain]:
        chains: list[Chain] = []
        for name in self.plan.of("wide"):
            self.books.begin(name)
            left = hosts - self.books.asked(name)
            if count(left):
                self.show.stage(f"{name} {where}", count(left))
            for hand in dealt(pieces(left, DATAGRAMS), TOGETHER):
                chains.append(self._sweeps(name, hand))
        return chains

    def _sweeps(self, name: str, hand: Iterator[Spans]) -> Chain:
        for piece in hand:
            yield name, self.plan.probes[name], Target(addresses=tuple(piece.texts()))

    def _wide(self, where: str, parts: Iterable[Spans]) -> None:
        whole = spans(text for part in parts for text in part.texts())
        self._run_chains(self._wide_chains(where, whole))
        for name in self.plan.of("wide"):
            self.books.done(name)

    def _run_chains(self, chains: Iterable[Chain]) -> None:
        """Each chain's next piece begins when its last has ended."""
        first = [item for chain in chains if (item := self._next(chain))]
        self.driver.run(first, self._ended)

    def _next(self, chain: Chain) -> Work | None:
        item = next(chain, None)
        if item is not None:
            self._chains[item[0], _first(item[2])] = chain
        return item

    # Stages 2 to 4: what they are.

    def _live(self) -> Spans:
        return spans(self.known.live)

    def _readable(self) -> Spans:
        """Hosts that are there, and those behind routers that a credential is for: only asking tells whether they are."""
        scopes = spans(text for one in self.plan.order.credentials for text in one.scopes.texts())
        return (self._live() & self.plan.hosts) | (self.plan.far & scopes)

    def _candidates(self) -> Spans:
        """Hosts that are there, and all behind routers; where nothing could ask a link, all of it."""
        blind = self._near if not self._raw and not self.plan.of("wide") else Spans()
        return (self._live() & self.plan.hosts) | self.plan.far | blind

    def _hosts(self, stage: str, hosts: Spans) -> None:
        for name in self.plan.of(stage):
            self.books.begin(name)
            left = hosts - self.books.asked(name)
            self.show.stage(name, count(left))
            self.driver.run((self._work(name, str(address)) for address in left.addresses()), self._ended)
            self.books.done(name)

    def _services(self) -> None:
        """Each probe on the hosts where its port is open; datagrams to all that are there."""
        names = [*self.plan.of("banner"), *self.plan.of("udp")]
        for name in names:
            self.books.begin(name)
        asked = {name: self.books.asked(name) for name in names}
        hosts = [str(address) for address in (self._live() & self.plan.hosts).addresses()]
        work = [self._work(name, host) for host in hosts for name in names if self._fits(name, host, asked[name])]
        self.show.stage("services", len(work))
        self.driver.run(work, self._ended)
        for name in names:
            self.books.done(name)

    def _fits(self, name: str, host: str, asked: Spans) -> bool:
        if host in asked:
            return False
        ports = {int(port[4:]) for port in self.plan.probes[name].PORTS if port.startswith("tcp/")}
        return bool(ports & self.known.open.get(host, set())) if ports and self.plan.of("ports") else True

    def _work(self, name: str, host: str) -> Work:
        interface = self.plan.link_of(host) or self._away
        ports = tuple(sorted(self.known.open.get(host, ())))
        return name, self.plan.probes[name], Target(host, interface, (), self.known.mac(host), ports)

    # What came of it.

    def _ended(self, name: str, target: Target, outcome: Outcome) -> None:
        """Count an outcome, learn from its evidence, and let its chain go on."""
        self._emit.ended(name, target)
        within = self._link_hosts(target) if not target.address else None
        if outcome.fault:
            self.books.fault(name, outcome.fault)
        if outcome.reason == "interrupted":
            self.books.cut_short(name, self._really(name, outcome), outcome.answered)
            return
        self._count(name, target, outcome, within)
        self.show.step(self._shown(name, target), max(1, count(outcome.asked)))
        chain = self._chains.pop((name, _first(target)), None)
        if chain is not None and (item := self._next(chain)):
            self.driver.add([item])

    def _count(self, name: str, target: Target, outcome: Outcome, within: Spans | None) -> None:
        asked, answered = self._really(name, outcome), outcome.answered
        if within is not None and not asked:  # a question to all stations: the link itself is what was asked
            asked = spans([target.interface])
            answered = asked if outcome.evidence else answered
        labels = within if asked.labels else None
        if target.address and target.address in self.known.open and name in self.plan.of("ports"):
            answered = outcome.asked
        # A closed port refuses nobody: only a credential can be refused.
        refused = outcome.refused if name in self.plan.of("snmp") and REFUSED in outcome.reason else Spans()
        self.books.count(
            name, asked, answered, refused - answered, outcome.excluded, self._reason(target, outcome), labels
        )
        if outcome.status in ("cut", "failed") and target.interface and not target.address:
            self.books.fault(name, outcome.reason)
            if self.wire is not None and target.interface in self.wire.stopped:
                raise Stopped(outcome.reason)

    def _reason(self, target: Target, outcome: Outcome) -> str:
        why = self.known.why(target.address)
        return f"{outcome.reason}: {why}" if why and count(outcome.excluded) else outcome.reason

    def _really(self, name: str, outcome: Outcome) -> Spans:
        """What was asked: of a sweep that stopped in its middle, what the wire process sent."""
        if outcome.status not in ("cut", "failed") or outcome.fault:
            return outcome.asked
        if name in self._arp and self.wire is not None:
            return (outcome.asked & self.wire.asked) | outcome.answered
        return outcome.answered if outcome.asked.size > 1 else outcome.asked

    def _link_hosts(self, target: Target) -> Spans:
        return next((near.hosts for near in self.plan.near if near.link.name == target.interface), Spans())

    def _shown(self, name: str, target: Target) -> str:
        if target.address:
            return name if name in (*self.plan.of("snmp"), *self.plan.of("ports")) else "services"
        return f"{name} far" if count(spans(target.addresses) & self.plan.far) else name


STAGES = ("link", "arp", "multicast", "wide", "snmp", "ports", "banner", "udp")


class Emit:
    """The driver's `emit`: each piece goes to disk first, then into what is known."""

    def __init__(self, write: Callable[[Evidence], None], known: Known, hosts: Iterable[str]) -> None:
        """`hosts`: probes whose dialogues are with one host each, to be read when they have ended."""
        self._write, self._known, self._hosts = write, known, frozenset(hosts)
        self._gathering = Gathering()

    def __call__(self, evidence: Evidence) -> None:
        self._write(evidence)
        if evidence.observation.probe in self._hosts:
            self._gathering.add(evidence)
        elif evidence.observation.probe != "run":
            self._known.learn([evidence])

    def ended(self, probe: str, target: Target) -> None:
        """A dialogue ended: its pieces are read together."""
        found = self._gathering.take(probe, target.address)
        if found:
            self._known.learn(found)


def _first(target: Target) -> str:
    return target.addresses[0] if target.addresses else f"{target.interface} {target.address}"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM ends a run as Ctrl-C does."""
    raise KeyboardInterrupt

"""Who is there: neighbour tables, ARP, and one datagram to many; in pieces, each followed by a note in the ledger."""

from collections.abc import Iterable, Iterator

from agent.ask import Target
from agent.driver import Driver, OnDone, Work
from agent.jobs.link import NOT_WHOLE
from agent.progress import Shown
from agent.scan.chunks import DATAGRAMS, KERNEL, TOGETHER, arp_size, dealt, pieces
from agent.scan.known import Known
from agent.scan.ledger import Books
from agent.scan.plan import ON_LINK, ROUTED, Near, Plan
from agent.scan.reached import Reached
from agent.scope import count
from model.spans import Spans, spans

Chain = Iterator[Work]


class Seek:
    """`near`: the addresses of this machine's links that are asked one by one. `raw`: whether ARP asks them, in frames of our own."""

    def __init__(
        self,
        plan: Plan,
        driver: Driver,
        raw: bool,
        books: Books,
        known: Known,
        show: Shown,
        ended: OnDone,
        reached: Reached,
    ) -> None:
        """`ended` must call `go_on`."""
        self._plan, self._driver, self.raw, self._books, self._known, self._show = plan, driver, raw, books, known, show
        self._ended, self._reached = ended, reached
        self._chains: dict[tuple[str, str], Chain] = {}
        self.near = spans(text for near in plan.near for text in near.hosts.texts())

    def links(self) -> None:
        """Neighbour tables, questions to all stations, then ARP link by link, while routed hosts are asked for their engine ids."""
        self._tables_of_links()
        chains = [self._arp_chain()] if self.raw else []
        if not self.raw:
            self._kernel_asks()
        chains += self._wide_chains(ROUTED, self._plan.far)
        self._run_chains(chains)
        for name in self._plan.of("arp") if self.raw else ():
            self._books.done(name)

    def _tables_of_links(self) -> None:
        for name in self._plan.of("link"):
            self._books.begin(name)
            work = [(name, self._plan.probes[name], Target(interface=near.link.name)) for near in self._plan.near]
            self._driver.run(work, self._ended)
            self._books.done(name)
        names = self._plan.of("multicast")
        for name in names:
            self._books.begin(name)
        # Their answers are waited for together; the link's budget sets their pace.
        self._driver.run((item for name in names for item in self._multicasts(name)), self._ended)
        for name in set(names) - set(self._plan.groups):
            self._books.done(name)

    def _multicasts(self, name: str) -> Iterator[Work]:
        self._recall(name)
        for near in self._plan.near:
            label = spans([near.link.name])
            if not near.whole:
                self._books.count(name, label, excluded=label, reason=NOT_WHOLE, within=near.area)
            elif not self._reached.before(name, near.link.name):
                self._show.stage(f"{name} on {near.link.name}", 1)
                yield name, self._plan.probes[name], Target(interface=near.link.name)

    def _recall(self, name: str) -> None:
        """Who answered is not asked again: a run that was killed wrote the answers down, and no note followed them."""
        heard = spans(self._known.told_by.get(name, ()))
        self._books.count(name, heard, heard)

    def once_more(self) -> None:
        """Questions to all stations whose answers a killed run did not wait for: some answer nothing else. Each minute one."""
        work = []
        for name, interface in self._reached.unheard():
            if name in self._plan.probes:
                self._show.stage(f"{name} on {interface} once more", 1)
                work.append((name, self._plan.probes[name], Target(interface=interface)))
        self._driver.run(work, self._ended)

    def _arp_chain(self) -> Chain:
        size = arp_size(self._plan.order.profile.link)
        for name in self._plan.of("arp"):
            self._books.begin(name)
            self._recall(name)
            left = self.near - self._books.asked(name)
            self._show.stage(name, count(left))
            for near in self._plan.near:
                for piece in pieces(near.hosts & left, size):
                    yield (
                        name,
                        self._plan.probes[name],
                        Target(interface=near.link.name, addresses=tuple(piece.texts())),
                    )

    def _kernel_asks(self) -> None:
        """Without raw frames a datagram makes the kernel ask for its address; its table is read before it forgets."""
        for name in self._plan.of("wide"):
            self._books.begin(name)
            self._recall(name)
            self._show.stage(f"{name}, {ON_LINK}", count(self.near - self._books.asked(name)))
            for near in self._plan.near:
                for piece in pieces(near.hosts - self._books.asked(name), KERNEL):
                    self._driver.run(
                        [(name, self._plan.probes[name], Target(addresses=tuple(piece.texts())))], self._ended
                    )
                    self.tables_again(near)

    def tables_again(self, near: Near) -> None:
        """What the kernel learned of a link's hosts since: their MACs tell who is delicate."""
        for table in self._plan.of("link"):
            self._driver.run([(table, self._plan.probes[table], Target(interface=near.link.name))], self._ended)

    def _wide_chains(self, where: str, hosts: Spans) -> list[Chain]:
        chains: list[Chain] = []
        for name in self._plan.of("wide"):
            self._books.begin(name)
            self._recall(name)
            left = hosts - self._books.asked(name)
            if left:
                self._show.stage(f"{name}, {where}", left.size)
            for hand in dealt(pieces(left, DATAGRAMS), TOGETHER):
                chains.append(self._sweeps(name, hand))
            chains.append(self._zoned(name, left.labels))
        return chains

    def _zoned(self, name: str, addresses: Iterable[str]) -> Chain:
        """Link-local addresses: the ledger knows them by their link."""
        for near in self._plan.near:
            if mine := tuple(sorted(one for one in addresses if one.endswith(f"%{near.link.name}"))):
                yield name, self._plan.probes[name], Target(interface=near.link.name, addresses=mine)

    def _sweeps(self, name: str, hand: Iterator[Spans]) -> Chain:
        for piece in hand:
            yield name, self._plan.probes[name], Target(addresses=tuple(piece.texts()))

    def wide(self, where: str, hosts: Spans) -> None:
        """One datagram to each of them."""
        self._run_chains(self._wide_chains(where, hosts))
        for name in self._plan.of("wide"):
            self._books.done(name)

    def _run_chains(self, chains: Iterable[Chain]) -> None:
        """Each chain's next piece begins when its last has ended."""
        first = [item for chain in chains if (item := self._next(chain))]
        self._driver.run(first, self._ended)

    def _next(self, chain: Chain) -> Work | None:
        item = next(chain, None)
        if item is not None:
            self._chains[item[0], _first(item[2])] = chain
        return item

    def go_on(self, name: str, target: Target) -> None:
        """A dialogue ended: the next of its chain begins."""
        chain = self._chains.pop((name, _first(target)), None)
        if chain is not None and (item := self._next(chain)):
            self._driver.add([item])


def _first(target: Target) -> str:
    return target.addresses[0] if target.addresses else f"{target.interface} {target.address}"

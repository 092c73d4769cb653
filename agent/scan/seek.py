"""Who is there: neighbour tables, ARP, and one datagram to many; in pieces, each followed by a note in the ledger."""

from collections.abc import Iterable, Iterator

from agent.ask import Target
from agent.driver import Driver, OnDone, Work
from agent.progress import Shown
from agent.scan.chunks import DATAGRAMS, KERNEL, TOGETHER, arp_size, dealt, pieces
from agent.scan.known import Known
from agent.scan.ledger import Books
from agent.scan.plan import ON_LINK, ROUTED, Near, Plan
from agent.scope import count
from model.spans import Spans, spans

NOT_WHOLE = "the link is not wholly in scope: asking all stations needs --multicast"
Chain = Iterator[Work]


class Seek:
    """`near`: the addresses of this machine's links that may be asked. `raw`: whether ARP asks them, in frames of our own."""

    def __init__(
        self, plan: Plan, driver: Driver, raw: bool, books: Books, known: Known, show: Shown, ended: OnDone
    ) -> None:
        """`ended` must call `go_on`."""
        self._plan, self._driver, self.raw, self._books, self._known, self._show = plan, driver, raw, books, known, show
        self._ended = ended
        self._chains: dict[tuple[str, str], Chain] = {}
        self.near = spans(text for near in plan.near for text in near.hosts.texts())

    def links(self) -> None:
        """Neighbour tables, then ARP on one link after the other, while hosts behind routers are asked for their engine ids."""
        self._tables_of_links()
        chains = [self._arp_chain()] if self.raw else []
        if not self.raw:
            self._kernel_asks()
        chains += self._wide_chains(ROUTED, self._plan.far)
        self._run_chains(chains)
        for name in (*(self._plan.of("arp") if self.raw else ()), *(self._plan.of("multicast"))):
            self._books.done(name)

    def _tables_of_links(self) -> None:
        for name in self._plan.of("link"):
            self._books.begin(name)
            work = [(name, self._plan.probes[name], Target(interface=near.link.name)) for near in self._plan.near]
            self._driver.run(work, self._ended)
            self._books.done(name)
        for name in self._plan.of("multicast"):
            self._books.begin(name)
            self._driver.run(self._multicasts(name), self._ended)

    def _multicasts(self, name: str) -> Iterator[Work]:
        for near in self._plan.near:
            if near.whole:
                yield (
                    name,
                    self._plan.probes[name],
                    Target(interface=near.link.name, addresses=tuple(near.hosts.texts())),
                )
            else:
                label = spans([near.link.name])
                self._books.count(name, label, excluded=label, reason=NOT_WHOLE, within=near.hosts)

    def _arp_chain(self) -> Chain:
        size = arp_size(self._plan.order.profile.link)
        for name in self._plan.of("arp"):
            self._books.begin(name)
            heard = spans(self._known.told_by.get(name, ())) & self.near
            self._books.count(name, heard, heard)  # a killed run's answers, which no note followed
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
            self._show.stage(f"{name}, {ON_LINK}", count(self.near - self._books.asked(name)))
            for near in self._plan.near:
                for piece in pieces(near.hosts - self._books.asked(name), KERNEL):
                    self._driver.run(
                        [(name, self._plan.probes[name], Target(addresses=tuple(piece.texts())))], self._ended
                    )
                    self._tables_again(near)

    def _tables_again(self, near: Near) -> None:
        for table in self._plan.of("link"):
            self._driver.run([(table, self._plan.probes[table], Target(interface=near.link.name))], self._ended)

    def _wide_chains(self, where: str, hosts: Spans) -> list[Chain]:
        chains: list[Chain] = []
        for name in self._plan.of("wide"):
            self._books.begin(name)
            left = hosts - self._books.asked(name)
            if count(left):
                self._show.stage(f"{name}, {where}", count(left))
            for hand in dealt(pieces(left, DATAGRAMS), TOGETHER):
                chains.append(self._sweeps(name, hand))
        return chains

    def _sweeps(self, name: str, hand: Iterator[Spans]) -> Chain:
        for piece in hand:
            yield name, self._plan.probes[name], Target(addresses=tuple(piece.texts()))

    def wide(self, where: str, parts: Iterable[Spans]) -> None:
        whole = spans(text for part in parts for text in part.texts())
        self._run_chains(self._wide_chains(where, whole))
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

"""nmap's turn, where `--engine nmap` asks for its breadth: after everything else, host by host, delicate ones and cameras left out."""

from agent import clock, nmap_engine
from agent.progress import Shown
from agent.scan.emit import Emit
from agent.scan.known import Known
from agent.scan.ledger import Books
from agent.scan.plan import Plan
from agent.scope import names
from model.spans import Spans, spans
from model.trouble import Trouble

NAME = nmap_engine.PROBE
CAMERA = "a camera: one connection at a time, and nothing it was not made for"
MAPPED = "nmap cannot follow a port map"


class Breadth:
    """`go` asks every host whose ports are known; the ledger's row is called as the evidence is."""

    def __init__(self, plan: Plan, known: Known, books: Books, show: Shown, emit: Emit, interface: str) -> None:
        """`interface`: the one that hosts behind routers are reached by."""
        self._plan, self._known, self._books, self._show = plan, known, books, show
        self._emit, self._away = emit, interface

    @property
    def wanted(self) -> bool:
        """Whether the order names nmap."""
        return self._plan.order.engine == "nmap"

    def expect(self) -> None:
        """Open its row, or say why it will not run."""
        if not self.wanted:
            return
        lacks = MAPPED if self._plan.order.port_map is not None else nmap_engine.lacks()
        if lacks:
            self._books.not_run(NAME, lacks, self._plan.hosts)
        else:
            self._books.expect(NAME, self._plan.hosts)

    def go(self) -> None:
        """One host after the other. A host that nmap fails on is told, and the next has its turn."""
        if not self.wanted or self._plan.order.port_map is not None or nmap_engine.lacks():
            return
        self._books.begin(NAME)
        left = spans(host for host, open_ in self._known.open.items() if nmap_engine.ports(open_)) - self._books.asked(
            NAME
        )
        self._show.stage("nmap", left.size)
        for host in names(left):
            self._ask(host)
            self._show.step("nmap", 1)
        self._books.done(NAME)

    def _ask(self, host: str) -> None:
        one, reason = spans([host]), self._reason(host)
        if reason:
            self._books.count(NAME, one, excluded=one, reason=reason)
            return
        rate, some = self._plan.order.profile.host, Spans()
        vantage = f"{self._books.vantage.partition('/')[0]}/{self._plan.link_of(host) or self._away}"
        try:
            for evidence in nmap_engine.ask(host, self._known.open[host], rate, vantage, clock.now()):
                self._emit(evidence)
                some = one
        except Trouble as fault:
            self._books.fault(NAME, str(fault))
        self._books.count(NAME, one, some)

    def _reason(self, host: str) -> str:
        """Why nmap does not speak to it; "" if it may."""
        camera = self._known.camera(host) or self._known.open.get(host, set()) & nmap_engine.CAMERA_PORTS
        return self._plan.scope.reason(host) or self._known.why(host) or (CAMERA if camera else "")

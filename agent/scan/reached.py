"""Which links heard a probe's question to all stations: no host there is asked the same by itself, none hears it twice."""

from collections.abc import Iterable

from agent.links import family
from agent.scan.ledger import CUT_SHORT, Books
from agent.scan.plan import Plan
from model.run import Ledger
from model.spans import Spans, spans


class Reached:
    """Called by the driver as soon as such a question has left."""

    def __init__(self, plan: Plan, books: Books) -> None:
        self._plan, self._books = plan, books
        self._heard: dict[tuple[str, str], set[int]] = {}
        self._cut: set[tuple[str, str]] = set()

    def __call__(self, probe: str, interface: str, version: int) -> None:
        """It stands on disk before any answer does: a run that is killed must not ask again."""
        self._heard.setdefault((probe, interface), set()).add(version)
        self._books.asking(probe, spans([interface]), self.within(interface))

    def recall(self, ledgers: Iterable[Ledger]) -> None:
        """What an earlier part of this run asked. Where it heard no end of the answers, the link is asked once more, at the end."""
        names = {near.link.name for near in self._plan.near}
        for ledger in ledgers:
            for label in names & spans(ledger.asked).labels:
                if ledger.reason == CUT_SHORT:
                    self._cut.add((ledger.probe, label))
                elif label not in ledger.excluded:
                    self._heard[ledger.probe, label] = {4, 6}

    def before(self, probe: str, interface: str) -> bool:
        """Whether an earlier part of this run asked that link."""
        return (probe, interface) in self._cut or (probe, interface) in self._heard

    def hears(self, probe: str, address: str) -> bool:
        """Whether the host's link was asked in its family and all answers were waited for, or will be asked again."""
        link = self._plan.link_of(address)
        return (probe, link) in self._cut or family(address) in self._heard.get((probe, link), ())

    def unheard(self) -> list[tuple[str, str]]:
        """(probe, interface) of what an earlier part of this run asked and was stopped before all had answered."""
        return sorted(self._cut - set(self._heard))

    def within(self, interface: str) -> Spans:
        """The addresses of a link: what its name stands for in the ledger."""
        return next((near.area for near in self._plan.near if near.link.name == interface), Spans())

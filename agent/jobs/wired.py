"""ARP through the wire process: its batches are pages of evidence of one dialogue; the probe hears of each as `noted`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.ask import Reply, Sweep
from agent.exchange.floor import Heard
from agent.parties import NO_WIRE
from agent.rows import PAGE, lines
from agent.scope import count, holds
from model.evidence import Status
from model.spans import spans
from model.trouble import Trouble

if TYPE_CHECKING:
    from agent.talk import Talk


class Wired:
    """An `arp` sweep, run by the wire process; its batches are fetched between the loop's turns."""

    def __init__(self, talk: "Talk", request: Sweep) -> None:
        self._talk, self._request = talk, request
        self._asked = spans(request.addresses)
        self._wanted = talk.ground.scope.reachable(self._asked)
        self._answered: dict[str, None] = {}
        self._batches: Iterator[list[tuple[str, str]]] = iter(())
        talk.floor.reactor.later(0.0, self._begin)

    def _begin(self) -> None:
        ground, interface = self._talk.ground, self._talk.target.interface
        if ground.wire is None or not interface or not count(self._wanted):
            self._over("excluded", "nothing of it is in scope" if ground.wire and interface else NO_WIRE)
            return
        if (wait := self._talk.floor.lanes.settles()) > 0:
            self._talk.floor.reactor.later(wait, self._begin)
            return
        try:
            self._batches = ground.wire.arp(interface, self._wanted, ground.budget.profile.link)
        except Trouble as fault:
            self._over("failed", str(fault))
            return
        self._pull()

    def _pull(self) -> None:
        try:
            batch = next(self._batches, None)
        except Trouble as fault:
            self._over("cut" if self._answered else "failed", str(fault))
            return
        if batch is None:
            self._over("answered" if self._answered else "silent", "")
            return
        found = [pair for pair in batch if holds(self._wanted, pair[0])]
        self._talk.floor.tally.strays += len(batch) - len(found)
        self._keep(found)
        self._talk.floor.reactor.later(0.0, self._pull)

    def _keep(self, found: list[tuple[str, str]]) -> None:
        for start in range(0, len(found), PAGE):
            body = lines({"address": address, "mac": mac} for address, mac in found[start : start + PAGE])
            self._talk.keep(Heard("answered", body), self._request.asked, self._request.media)
            self._talk.tell(Reply("noted", body))
        self._answered.update(dict.fromkeys(address for address, _ in found))

    def _over(self, status: Status, reason: str) -> None:
        self._count(status, reason)
        self._talk.job_done(Reply(status))

    def _count(self, status: Status, reason: str) -> None:
        self._talk.counts.swept(self._asked, self._answered, self._asked - self._wanted, status, reason)

    def stop(self) -> None:
        """Count what came until now; the wire process is told by closing its batches."""
        self._count("cut", "interrupted")
        close = getattr(self._batches, "close", None)
        if close is not None:
            close()

"""ARP through the wire process: its batches are pages of evidence of one dialogue; the probe hears of each as `noted`."""

from typing import TYPE_CHECKING

from agent.ask import Reply, Sweep
from agent.exchange.floor import Heard
from agent.jobs.batches import Batches, Pairs
from agent.parties import NO_WIRE
from agent.rows import PAGE, lines
from agent.scope import count, holds
from model.evidence import Status
from model.spans import spans
from model.trouble import Trouble

if TYPE_CHECKING:
    from agent.talk import Talk


class Wired:
    """An `arp` sweep."""

    def __init__(self, talk: "Talk", request: Sweep) -> None:
        self._talk, self._request = talk, request
        self._asked = spans(request.addresses)
        self._wanted = talk.ground.scope.reachable(self._asked)
        self._answered: dict[str, None] = {}
        self._batches: Batches | None = None
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
            found = ground.wire.arp(interface, self._wanted, ground.budget.profile.link)
        except Trouble as fault:
            self._over("failed", str(fault))
            return
        self._batches = Batches(self._talk.floor.reactor, found, self._keep, self._end)
        self._batches.pull()

    def _end(self, fault: str) -> None:
        some = bool(self._answered)
        self._over(("cut" if some else "failed") if fault else ("answered" if some else "silent"), fault)

    def _keep(self, batch: Pairs) -> None:
        found = [pair for pair in batch if holds(self._wanted, pair[0])]
        self._talk.floor.tally.strays += len(batch) - len(found)
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
        """Count what came until now; the wire process stops."""
        self._count("cut", "interrupted")
        if self._batches is not None:
            self._batches.stop()

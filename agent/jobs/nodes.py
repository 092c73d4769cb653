"""An ICMPv6 echo to all nodes of the link, sent by the wire process."""

from typing import TYPE_CHECKING

from agent.ask import Nodes
from agent.exchange.floor import Heard
from agent.exchange.group import zoned
from agent.jobs.batches import Batches, Pairs
from agent.jobs.link import Whole
from agent.parties import NO_WIRE
from agent.rows import JSON_LINES, PAGE, lines
from model.trouble import Trouble

if TYPE_CHECKING:
    from agent.talk import Talk

OUTSIDE = "only addresses outside the scope answered: nothing of them is kept"
ALL_NODES = "ff02::1"


class Everybody(Whole):
    """A `Nodes`."""

    def __init__(self, talk: "Talk", request: Nodes) -> None:
        super().__init__(talk, request.asked, ALL_NODES, "icmp6")
        self._request = request
        self._strangers = 0
        self._batches: Batches | None = None
        talk.floor.reactor.later(0.0, self._begin)

    def _begin(self) -> None:
        ground, floor = self._talk.ground, self._talk.floor
        reason = self._forbidden() or (NO_WIRE if ground.wire is None else "")
        if reason or ground.wire is None:
            self._over("excluded", reason)
            return
        wait = self._patience() or floor.lanes.shout(1) or self._leave()
        if wait > 0:
            floor.reactor.later(wait, self._begin)
            return
        self._sent()
        try:
            found = ground.wire.nodes(self._link, self._request.wait)
        except Trouble as fault:
            self._over("failed", str(fault))
            return
        self._batches = Batches(floor.reactor, found, self._keep, self._end)
        self._batches.pull()

    def _end(self, fault: str) -> None:
        if fault:
            self._over("cut" if self._answered else "failed", fault)
        elif not self._answered and self._strangers:  # a link that holds excluded hosts: silence would be untrue
            self._over("excluded", OUTSIDE)
        else:
            self._over("answered" if self._answered else "silent")

    def _keep(self, batch: Pairs) -> None:
        talk = self._talk
        named = [(zoned(address, self._link), mac) for address, mac in batch]
        inside = [pair for pair in named if talk.ground.scope.allows(pair[0])]
        self._strangers += len(batch) - len(inside)
        found = [pair for pair in inside if pair[0] not in self._answered]
        talk.floor.tally.strays += len(batch) - len(found)
        for start in range(0, len(found), PAGE):
            rows = [{"address": address, "mac": mac} for address, mac in found[start : start + PAGE]]
            talk.keep(Heard("answered", lines(rows)), self._asked, JSON_LINES)
            self._rows += rows
        self._answered.update(dict.fromkeys(address for address, _ in found))

    def stop(self) -> None:
        """Count what came until now; the wire process stops."""
        self._count("cut", "interrupted")
        if self._batches is not None:
            self._batches.stop()

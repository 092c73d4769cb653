"""The kernel's neighbour table of one interface."""

from typing import TYPE_CHECKING

from agent.ask import Neighbours, Reply
from agent.exchange.floor import Heard
from agent.exchange.group import zoned
from agent.parties import NO_WIRE
from agent.rows import JSON_LINES, PAGE, lines
from model.spans import Spans, spans
from model.trouble import Trouble

if TYPE_CHECKING:
    from agent.talk import Talk


class Neighbourhood:
    """The kernel's neighbour table: nothing is sent; what is outside the scope is counted as a stray, no more."""

    def __init__(self, talk: "Talk", request: Neighbours) -> None:
        self._talk, self._request = talk, request
        talk.floor.reactor.later(0.0, self._read)

    def _read(self) -> None:
        talk, request = self._talk, self._request
        if talk.ground.wire is None:
            return self._over(Reply("excluded"), NO_WIRE)
        try:
            table = talk.ground.wire.neighbours(request.interface)
        except Trouble as fault:
            return self._over(Reply("failed"), str(fault))
        table = [{**row, "address": zoned(row.get("address", ""), request.interface)} for row in table]
        rows = [row for row in table if talk.ground.scope.allows(row["address"])]
        talk.floor.tally.strays += len(table) - len(rows)
        for start in range(0, max(len(rows), 1), PAGE):
            talk.keep(Heard("answered", lines(rows[start : start + PAGE])), request.asked, JSON_LINES)
        return self._over(Reply("answered", lines(rows)), "")

    def _over(self, reply: Reply, reason: str) -> None:
        one = spans([self._request.interface])
        answered = [self._request.interface] if reply.status == "answered" else []
        self._talk.counts.swept(one, answered, one if reply.status == "excluded" else Spans(), reply.status, reason)
        self._talk.job_done(reply)

    def stop(self) -> None:
        """It is over in one turn: there is nothing to count."""

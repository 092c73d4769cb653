"""Jobs over many addresses: ARP through the wire process, datagrams through one socket, the kernel's neighbour table.

Every address is held to the scope first: excluded and fragile ones are not asked, answers from others not kept. The
probe is sent one Reply a batch with status `noted`, at last one with `answered` or `silent`; what it yields between
them is not looked at. ARP batches are pages of evidence of one dialogue; each answer to a datagram is evidence about
its address.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

import msgspec

from agent.ask import Neighbours, Reply, Sweep
from agent.exchange.floor import Heard
from agent.exchange.group import zoned
from agent.exchange.sweep import Fan
from agent.ground import JSON_LINES
from agent.lanes import LOOPBACK
from agent.manners import may
from agent.scope import CAP, count, holds, names
from model.evidence import Status
from model.spans import Spans, spans
from model.trouble import Trouble

if TYPE_CHECKING:
    from agent.talk import Talk

PAGE = 500  # lines in one piece of evidence: below 64 KB
BATCH = 256  # answers in one Reply
NO_WIRE = "no process here may read or send frames"


class Job(Protocol):
    """Something long that a dialogue waits for."""

    def stop(self) -> None:
        """It is interrupted: tell the counts how far it came."""


def lines(rows: Iterable[Mapping[str, str]]) -> bytes:
    """JSON lines, each closed by a newline."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


class Sweeping:
    """A `udp` sweep."""

    def __init__(self, talk: "Talk", request: Sweep) -> None:
        self._talk, self._request = talk, request
        self._rows: list[Mapping[str, str]] = []
        self._asked = spans(request.addresses)
        self._wanted, self._reason = _wanted(talk, request, self._asked)
        if not self._wanted:
            talk.floor.soon(self._done, Heard("excluded", None, self._reason or "nothing of it is in scope"))
            self._fan = None
            return
        self._fan = Fan(
            talk.floor, self._wanted, request.port, request.payload, talk.floor.lanes.take, self._heard, self._done
        )

    def _heard(self, address: str, body: bytes) -> None:
        talk, request = self._talk, self._request
        talk.floor.lanes.met(address)
        media = "application/octet-stream" if request.media == JSON_LINES else request.media
        talk.keep_other(address, request.asked, body, media)
        self._rows.append({"address": address, "body": base64.b64encode(body).decode()})
        if len(self._rows) >= BATCH:
            self._flush("noted")

    def _flush(self, status: Status) -> None:
        reply = Reply(status, lines(self._rows))
        self._rows = []
        if status == "noted":
            self._talk.tell(reply)
        else:
            self._talk.job_done(reply)

    def _done(self, heard: Heard) -> None:
        self._count(heard.status, heard.reason)
        self._flush(heard.status)

    def _count(self, status: Status, reason: str) -> None:
        answered = list(self._fan.answered) if self._fan else []
        self._talk.counts.swept(self._asked, answered, self._asked - self._wanted, status, reason)

    def stop(self) -> None:
        """Count what came until now."""
        self._count("cut", "interrupted")


def _wanted(talk: "Talk", request: Sweep, asked: Spans) -> tuple[Spans, str]:
    """What of `asked` may be asked this, and why the rest or all may not."""
    ground = talk.ground
    wanted = ground.scope.reachable(asked)
    near = not count(wanted - ground.on_link - LOOPBACK)
    reason = may(request, talk.target, False, near)
    if not reason and wanted.size > CAP:
        reason = f"more than {CAP:,} addresses are not asked one by one"
    if reason:
        return Spans(), reason
    shy = spans(filter(ground.cautious, names(wanted)))
    return wanted - shy, ""


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

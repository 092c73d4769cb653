"""Questions to all stations of a link: only where nobody outside the scope hears them, and never twice within a minute.

Every answer from an address in scope is evidence about that address, all its datagrams one dialogue; of the others only
the number is kept. The ledger holds the link's name among the asked, and the addresses that answered.
"""

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.ask import Group, Nodes, Reply
from agent.exchange.floor import Heard
from agent.exchange.group import Home, Shout, is_group, zoned
from agent.ground import JSON_LINES
from agent.links import family
from agent.manners import may
from agent.mask import mask
from agent.minute import MINUTE
from agent.reactor import Timer
from agent.sweeps import NO_WIRE, PAGE, lines
from model.evidence import Status
from model.spans import Spans, spans
from model.trouble import Trouble

if TYPE_CHECKING:
    from agent.talk import Talk

NOT_WHOLE = "the link is not wholly in scope: asking all stations needs --multicast"
NO_LINK = "no link of this machine: nobody's stations can be asked all at once"
NO_ADDRESS = "this machine has no address of that family on the link"
OUTSIDE = "only addresses outside the scope answered: nothing of them is kept"
AGAIN = "asked less than a minute ago: no link is asked the same twice within a minute"
ALL_NODES = "ff02::1"


class _Shared:
    """What both kinds have in common: the rules before, the counting after."""

    def __init__(self, talk: "Talk", asked: str, group: str, port: str) -> None:
        self._talk, self._asked, self._group, self._port = talk, asked, group, port
        self._link = talk.target.interface
        self._answered: dict[str, None] = {}
        self._rows: list[dict[str, str]] = []
        self._left = False  # the question

    def _home(self) -> Home:
        return self._talk.ground.homes.get(self._link, Home(""))

    def _forbidden(self) -> str:
        """Why this question must not be asked here and now, "" if it may."""
        home, version = self._home(), family(self._group)
        if not home.name or self._talk.floor.port_map is not None:
            return NO_LINK
        if version not in home.whole:
            return NOT_WHOLE
        if not (home.six if version == 6 else home.four):
            return NO_ADDRESS
        last = self._talk.ground.groups_asked.get(self._key())
        now = self._talk.floor.reactor.monotonic()
        return AGAIN if last is not None and now - last < MINUTE else ""

    def _key(self) -> tuple[str, str, str]:
        return self._port, self._group, self._link

    def _patience(self) -> float:
        """Seconds until it is a minute since another run, into this folder or on this machine, asked this; 0.0 if none did."""
        ground, now = self._talk.ground, self._talk.floor.reactor.monotonic()
        wait = ground.asked_before.get((self._talk.probe, self._link), now - MINUTE) + MINUTE - now
        return max(0.0, wait, ground.minute.wait(*self._key()) if ground.minute else 0.0)

    def _leave(self) -> float:
        """0.0 and it may leave this moment, and no other run's; else the seconds to wait."""
        minute = self._talk.ground.minute
        return minute.claim(*self._key()) if minute else 0.0

    def _reserve(self) -> None:
        """From now on nobody asks this: another dialogue may be about to."""
        self._talk.ground.groups_asked[self._key()] = self._talk.floor.reactor.monotonic()

    def _sent(self) -> None:
        self._left = True
        self._reserve()
        self._talk.ground.on_group(self._talk.probe, self._link, family(self._group))

    def _over(self, status: Status, reason: str = "") -> None:
        self._count(status, reason)
        self._talk.job_done(Reply(status, lines(self._rows)))

    def _count(self, status: Status, reason: str) -> None:
        label = spans([self._link])
        answered = [*self._answered, *([self._link] if self._answered else [])]
        excluded = label if status == "excluded" else Spans()
        asked = label if self._left or status != "cut" else Spans()
        self._talk.counts.swept(asked | spans(self._answered), answered, excluded, status, reason)


class Asking(_Shared):
    """A `Group`."""

    def __init__(self, talk: "Talk", request: Group) -> None:
        super().__init__(talk, request.asked, request.group, str(request.port))
        self._request = request
        self._firsts: dict[str, tuple[str, int]] = {}  # of each address: the first piece's id, and how many pieces
        self._shout: Shout | None = None
        self._timer: Timer | None = None
        reason = may(request, talk.target, False) or self._forbidden()
        if not is_group(request.group):
            talk.floor.soon(self._done, Heard("failed", None, f"{request.group} is no group of a link"))
        elif reason:
            talk.floor.soon(self._done, Heard("excluded", None, reason))
        else:
            self._reserve()
            self._timer = talk.floor.reactor.later(0.0, self._ask)

    def _ask(self) -> None:
        talk, request = self._talk, self._request
        wait = self._patience()
        if wait > 0:
            self._timer = talk.floor.reactor.later(wait, self._ask)
            return
        self._shout = Shout(
            talk.floor,
            self._home(),
            request,
            talk.ground.scope.allows,
            self._leave,
            self._sent,
            self._heard,
            self._done,
        )

    def _heard(self, address: str, body: bytes) -> None:
        talk, request = self._talk, self._request
        body = mask(body, request.media)
        first, step = self._firsts.get(address, ("", 0))
        made = talk.keep_from(address, request.asked, body, request.media, first or None, step)
        self._firsts[address] = (first or made.id, step + 1)
        talk.floor.lanes.met(address)
        self._answered[address] = None
        self._rows.append({"address": address, "body": base64.b64encode(body).decode()})

    def _done(self, heard: Heard) -> None:
        if heard.status == "answered":
            self._over("answered" if self._answered else "silent")
        else:
            self._over(heard.status, heard.reason)

    def stop(self) -> None:
        """Count what came until now."""
        if self._timer is not None:
            self._timer.cancel()
        if self._shout is not None:
            self._shout.stop()
        self._count("cut", "interrupted")


class Everybody(_Shared):
    """A `Nodes`: the wire process sends the echo; its batches are fetched between the loop's turns."""

    def __init__(self, talk: "Talk", request: Nodes) -> None:
        super().__init__(talk, request.asked, ALL_NODES, "icmp6")
        self._request = request
        self._strangers = 0
        self._batches: Iterator[list[tuple[str, str]]] = iter(())
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
            self._batches = ground.wire.nodes(self._link, self._request.wait)
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
            self._heard_all()
            return
        self._keep([(zoned(address, self._link), mac) for address, mac in batch])
        self._talk.floor.reactor.later(0.0, self._pull)

    def _heard_all(self) -> None:
        if not self._answered and self._strangers:  # a link that holds excluded hosts: silence would be untrue
            self._over("excluded", OUTSIDE)
        else:
            self._over("answered" if self._answered else "silent")

    def _keep(self, batch: list[tuple[str, str]]) -> None:
        talk = self._talk
        inside = [pair for pair in batch if talk.ground.scope.allows(pair[0])]
        self._strangers += len(batch) - len(inside)
        found = [pair for pair in inside if pair[0] not in self._answered]
        talk.floor.tally.strays += len(batch) - len(found)
        for start in range(0, len(found), PAGE):
            rows = [{"address": address, "mac": mac} for address, mac in found[start : start + PAGE]]
            talk.keep(Heard("answered", lines(rows)), self._asked, JSON_LINES)
            self._rows += rows
        self._answered.update(dict.fromkeys(address for address, _ in found))

    def stop(self) -> None:
        """Count what came until now; the wire process is told by closing its batches."""
        self._count("cut", "interrupted")
        close = getattr(self._batches, "close", None)
        if close is not None:
            close()

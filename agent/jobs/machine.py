"""What this machine alone can tell: the beacons its radios heard, and the way to an address that the user named."""

from typing import TYPE_CHECKING

from agent.ask import Hops, Radio, Reply
from agent.exchange.floor import Heard
from agent.exchange.hops import Path
from agent.radio import beacons
from agent.rows import lines
from agent.way import gateway
from model.evidence import Status
from model.spans import Spans
from model.trouble import Trouble

if TYPE_CHECKING:
    from agent.talk import Talk

PAGE = 25  # access points in one piece of evidence: a beacon may hold 2 KB, twice that in hex
NOT_NAMED = "the way is looked for only to what --upstream names"


class Radios:
    """A `Radio`: read in one turn; nothing is sent."""

    def __init__(self, talk: "Talk", request: Radio) -> None:
        self._talk, self._request = talk, request
        talk.floor.reactor.later(0.0, self._read)

    def _read(self) -> None:
        label = Spans(labels=frozenset({"radio"}))
        try:
            rows = beacons()
        except Trouble as fault:
            self._talk.counts.swept(label, (), label, "excluded", fault.what)
            self._talk.job_done(Reply("excluded"))
            return
        for start in range(0, len(rows), PAGE):
            body = lines(rows[start : start + PAGE])
            self._talk.keep(Heard("answered", body), self._request.asked, self._request.media)
        self._talk.counts.swept(label, label.labels, Spans(), "answered")
        self._talk.job_done(Reply("answered", lines(rows)))

    def stop(self) -> None:
        """It is over in one turn: there is nothing to count."""


class Way:
    """A `Hops`. Only to an address that the target names: no scope holds it, the user's word does."""

    def __init__(self, talk: "Talk", request: Hops) -> None:
        self._talk, self._request = talk, request
        self._path: Path | None = None
        talk.floor.reactor.later(0.0, self._begin)

    def _begin(self) -> None:
        if self._request.target not in self._talk.target.addresses or self._talk.floor.port_map is not None:
            self._done(Heard("excluded", None, NOT_NAMED))
            return
        try:
            self._path = Path(self._talk.floor, self._request, gateway(self._request.target), self._done)
        except Trouble as fault:
            self._done(Heard("failed", None, str(fault)))

    def _done(self, heard: Heard) -> None:
        if heard.body is not None:
            self._talk.keep(heard, self._request.asked, self._request.media)
        self._count(heard.status, heard.reason)
        self._talk.job_done(Reply(heard.status, heard.body or b""))

    def _count(self, status: Status, reason: str) -> None:
        label = Spans(labels=frozenset({self._request.asked}))
        answered = label.labels if status == "answered" else ()
        self._talk.counts.swept(label, answered, label if status == "excluded" else Spans(), status, reason)

    def stop(self) -> None:
        """Close what is open; count what came until now."""
        if self._path is not None:
            self._path.stop()
        self._count("cut", "interrupted")

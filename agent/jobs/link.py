"""What all questions to a whole link have in common: the rules before, the counting after.

They are asked only where nobody outside the scope hears them, and never twice within a minute. Every answer from an
address in scope is evidence about that address; of the others only the number is kept. The ledger holds the link's
name among the asked, and the addresses that answered.
"""

from typing import TYPE_CHECKING

from agent.ask import Reply
from agent.exchange.group import Home
from agent.links import family
from agent.minute import MINUTE
from agent.rows import lines
from model.evidence import Status
from model.spans import Spans, spans

if TYPE_CHECKING:
    from agent.talk import Talk

NOT_WHOLE = "the link is not wholly in scope: asking all stations needs --multicast"
NO_LINK = "no link of this machine: nobody's stations can be asked all at once"
NO_ADDRESS = "this machine has no address of that family on the link"
AGAIN = "asked less than a minute ago: no link is asked the same twice within a minute"


class Whole:
    """A question to all stations of the link that the dialogue's target names."""

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

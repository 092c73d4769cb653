"""A datagram to a group of the link; all datagrams of one address are one dialogue."""

import base64
from typing import TYPE_CHECKING

from agent.ask import Group
from agent.exchange.floor import Heard
from agent.exchange.group import Shout, is_group
from agent.jobs.link import Whole
from agent.manners import may
from agent.mask import mask
from agent.reactor import Timer

if TYPE_CHECKING:
    from agent.talk import Talk


class Asking(Whole):
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

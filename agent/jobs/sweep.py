"""One datagram to each of many addresses, all through one socket; each answer is evidence about its address.

Every address is held to the scope first: excluded and fragile ones are not asked, answers from others not kept. The
probe is sent one Reply a batch with status `noted`, at last one with `answered` or `silent`; what it yields between
them is not looked at.
"""

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING

from agent.ask import Reply, Sweep
from agent.exchange.floor import Heard
from agent.exchange.sweep import Fan
from agent.lanes import LOOPBACK
from agent.manners import may
from agent.rows import JSON_LINES, lines
from agent.scope import CAP, count, names
from model.evidence import Status
from model.spans import Spans, spans

if TYPE_CHECKING:
    from agent.talk import Talk

BATCH = 256  # answers in one Reply


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

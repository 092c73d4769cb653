"""What all dialogues of one run share: the rules they are held to and where their evidence goes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from agent.ask import Request, Snmp, Target, Tcp, Udp
from agent.budget import Budget
from agent.exchange.group import Home
from agent.lanes import LOOPBACK
from agent.manners import may
from agent.mask import mask
from agent.minute import Minute
from agent.parties import Wire
from agent.scope import Scope, holds
from agent.snmp.desk import Desk
from model.evidence import Evidence, Observation, Status, observed
from model.spans import Spans
from model.times import written

SNMP_MEDIA = "application/snmp-pdu"


class Ground(NamedTuple):
    """See agent.driver.Driver for each field."""

    scope: Scope
    budget: Budget
    vantage: str
    emit: Callable[[Evidence], None]
    clock: Callable[[], datetime]
    cautious: Callable[[str], bool]
    wire: Wire | None
    on_link: Spans
    desk: Desk
    homes: Mapping[str, Home]
    on_group: Callable[[str, str, int], None]
    groups_asked: dict[tuple[str, str, str], float]
    """When each (port, group, interface) was asked last."""
    asked_before: Mapping[tuple[str, str], float]
    minute: Minute | None

    def forbids(self, request: Request, target: Target) -> str | None:
        """Why this request must not be sent to this host; the last word before a packet leaves."""
        reason = self.scope.reason(target.address)
        if reason:
            return reason
        near = holds(self.on_link, target.address) or holds(LOOPBACK, target.address)
        return may(request, target, self.cautious(target.address), near)

    def seen_from(self, target: Target) -> str:
        """The vantage of a dialogue: a link's own interface, else the run's."""
        if target.interface:
            return f"{self.vantage.partition('/')[0]}/{target.interface}"
        return self.vantage

    def keep(
        self,
        probe: str,
        target: Target,
        asked: str,
        status: Status,
        body: bytes | None,
        media: str,
        parent: str | None = None,
        step: int = 0,
    ) -> Evidence:
        """Make the evidence of one exchange and hand it on."""
        note = Observation(
            probe=probe,
            vantage=self.seen_from(target),
            target=target.address,
            asked=asked,
            status=status,
            seen_at=written(self.clock()),
            parent=parent,
            step=step,
        )
        evidence = observed(note, body, media)
        self.emit(evidence)
        return evidence


def media_of(request: Request) -> str:
    """The media type of a reply's body."""
    if isinstance(request, Tcp | Udp):
        return request.media
    return SNMP_MEDIA if isinstance(request, Snmp) else "application/pkix-cert"


def harmless(request: Request, body: bytes | None) -> bytes | None:
    """The body without what may be a secret; SNMP bodies come from the desk already masked."""
    return mask(body, media_of(request)) if body else body
